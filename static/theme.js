// Runs before the page is drawn: Tabler's dark colours hang on an attribute,
// Swagger UI's on a class. Without it console.css gives the colours.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.documentElement.classList.toggle("dark-mode", dark.matches);
  };
  show();
  dark.addEventListener("change", show);
})();
