// An import works without this file. It says of a file that it is too large before
// it is sent, and keeps the page of an import under way up to date.
(() => {
  "use strict";

  const file = document.querySelector("input[type=file][data-most]");
  if (file) {
    const large = document.getElementById("f-file-large");
    const sending = document.querySelector(".sending > span");
    file.addEventListener("change", () => {
      large.hidden = ![...file.files].some((one) => one.size > Number(file.dataset.most));
    });
    file.form.addEventListener("submit", (event) => {
      if (!large.hidden) event.preventDefault();
      else sending.hidden = file.files.length === 0;
    });
    window.addEventListener("pageshow", () => { sending.hidden = true; });
  }

  const often = 1000; // milliseconds
  const shown = () => document.getElementById("import");
  const working = (page) => page?.hasAttribute("data-running");

  // While it works, only numbers change, so that the focus stays where it is.
  const count = (next) => {
    shown().querySelector("progress").value = next.querySelector("progress").value;
    for (const part of ["[data-percent]", "[data-counts]"]) {
      shown().querySelector(part).replaceWith(next.querySelector(part));
    }
  };

  const finish = (next) => {
    const focused = shown().contains(document.activeElement);
    shown().replaceWith(next);
    document.getElementById("import-news").textContent = next.querySelector("h1").textContent;
    if (focused) document.getElementById("main").focus();
  };

  const follow = async () => {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("import");
      if (!next) return location.reload(); // which shows why
      if (!working(next)) return finish(next);
      count(next);
    } catch {
      // The service does not answer just now: the next time.
    }
    setTimeout(follow, often);
  };
  if (working(shown())) setTimeout(follow, often);
})();
