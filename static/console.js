// Every page works without this file. It lets a password be seen while it is typed,
// takes an offer away when its time is over, and closes menus.
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

  for (const offer of document.querySelectorAll("[data-left]")) {
    setTimeout(() => {
      if (offer.contains(document.activeElement)) document.getElementById("main").focus();
      offer.remove();
    }, Number(offer.dataset.left));
  }

  // A menu closes when the person turns elsewhere.
  const close = (but) => {
    for (const menu of document.querySelectorAll("details.pick[open]")) if (menu !== but) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.pick")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.target.closest("details.pick[open]")?.querySelector("summary").focus();
    close();
  });
})();
