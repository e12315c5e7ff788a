// Every page works without this file. It lets a password be seen while it is typed.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("button[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    const word = button.querySelector("[data-word]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const seen = input.type === "password";
      input.type = seen ? "text" : "password";
      [word.textContent, word.dataset.word] = [word.dataset.word, word.textContent];
      button.setAttribute("aria-pressed", String(seen));
    });
    // A browser remembers what is typed into a text field; a password is not to be.
    input.form.addEventListener("submit", () => { input.type = "password"; });
  }
})();
