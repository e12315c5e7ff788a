// Says while a new password is typed what is wrong with it. Without this file the
// same sentence comes with the form that was refused; nothing here holds one back.
(() => {
  "use strict";

  const pause = 400; // milliseconds without a key, before anything is said

  // What the server makes of the password, in the page's language: it keeps the
  // rules and the list of common ones. It gets the same password with the form a
  // moment later, and neither logs nor keeps what is asked here.
  const judge = async (input, signal) => {
    const beside = input.form.elements;
    const answer = await fetch(input.dataset.check, {
      method: "POST",
      signal,
      body: new URLSearchParams({
        password: input.value,
        username: beside.username?.value ?? "",
        email: beside.email?.value ?? input.dataset.email ?? "",
      }),
    });
    return answer.ok ? (await answer.json()).message : null;
  };

  const hints = (input) => {
    const region = document.getElementById(input.id + "-live");
    const least = Number(input.dataset.least);
    let timer = 0;
    let asked = new AbortController();

    const show = (name, text) => {
      for (const line of region.children) {
        line.hidden = line.dataset.hint !== name;
        if (!line.hidden && text) line.querySelector("[data-text]").textContent = text;
      }
    };

    // Counted as the server counts: code points after NFC. What is still too short
    // is nobody's business, so it is not sent.
    const look = async () => {
      const missing = least - [...input.value.normalize("NFC")].length;
      if (input.value === "") return show("none");
      if (missing > 0) return show("short", String(missing));
      asked = new AbortController();
      try {
        const sentence = await judge(input, asked.signal);
        if (sentence === null) show("none");
        else if (sentence) show("bad", sentence);
        else show("good");
      } catch {
        if (!asked.signal.aborted) show("none"); // out of reach: the form will tell
      }
    };

    const later = () => {
      clearTimeout(timer);
      asked.abort();
      timer = setTimeout(look, pause);
    };

    // The sentence of the form before this one is about another password.
    const forget = () => {
      document.getElementById(input.id + "-error")?.setAttribute("hidden", "");
      input.removeAttribute("aria-invalid");
      input.classList.remove("is-invalid");
    };

    input.addEventListener("input", () => { forget(); later(); });
    for (const name of ["username", "email"]) {
      input.form.elements[name]?.addEventListener("input", () => { if (input.value) later(); });
    }
  };

  document.querySelectorAll("input[data-check]").forEach(hints);
})();
