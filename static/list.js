// The list of users works without this file. It makes the search and the filters
// live, ticks a page at once, and gives hands that know them some keys.
(() => {
  "use strict";

  const form = document.querySelector("form.filter");
  const search = form.elements.search;
  const region = document.getElementById("list-region");
  const list = () => document.getElementById("list");

  // Live: what the form or a link asks for is fetched from the same address, and
  // takes the place of the list.

  const pause = 200; // milliseconds without a key, before the search is sent
  let asked = new AbortController();
  let timer = 0;
  let shown = location.search;

  const wanted = () => {
    const filled = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(filled).toString();
    return form.action + (query && "?" + query);
  };

  // How is "pushState" for a new step back, "replaceState" for none, "" where the
  // address is right already. What fails is left to the browser, which shows why.
  const show = async (address, how) => {
    clearTimeout(timer);
    asked.abort();
    const own = asked = new AbortController();
    list().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !page.getElementById("list")) throw new Error("no list");
      if (how) history[how](null, "", answer.url);
      draw(page, how === "replaceState");
    } catch {
      if (!own.signal.aborted) location.assign(address);
    }
  };

  const draw = (page, typing) => {
    shown = location.search;
    const focus = list().contains(document.activeElement) ? place(document.activeElement) : null;
    list().replaceWith(page.getElementById("list"));
    document.getElementById("total").replaceWith(page.getElementById("total"));
    region.textContent = list().querySelector("caption, h2").textContent;
    follow(page, typing);
    dress();
    if (focus === null) return;
    (list().querySelector(focus) ?? search).focus({ preventScroll: true });
    if (list().getBoundingClientRect().top < 0) list().scrollIntoView();
  };

  // place finds in the next list what now has the focus.
  const place = (node) => {
    if (node.rel) return `a.btn[rel=${node.rel}]`;
    if (node.closest("thead")) return `thead .${node.closest("th").classList[0]} a`;
    return node.closest(".chips") ? ".chip" : "#" + CSS.escape(node.id || "none");
  };

  // follow puts the filter where the page's is: a link may have changed it.
  const follow = (page, typing) => {
    for (const control of form.elements) {
      const other = control.id && page.getElementById(control.id);
      if (!other || typing && control === search) continue;
      control.value = other.value;
      control.checked = other.checked;
    }
    form.querySelector("summary").replaceWith(page.querySelector("form.filter summary"));
  };

  form.classList.add("live");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(wanted(), "pushState");
  });
  form.addEventListener("change", (event) => {
    if (event.target !== search) show(wanted(), "pushState");
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    asked.abort();
    timer = setTimeout(() => show(wanted(), "replaceState"), pause);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#list a");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!plain || !link || link.pathname !== location.pathname) return;
    event.preventDefault();
    link.focus(); // as not every browser does
    show(link.href, "pushState");
  });
  window.addEventListener("popstate", () => location.search !== shown && show(location.href, ""));

  // Ticks: a box for the whole page, and how many there are.

  const ticks = () => [...list().querySelectorAll("input[name=user]")];

  const dress = () => {
    const head = list().querySelector("th.c-pick");
    if (!head) return;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.id = "pick-page";
    box.setAttribute("aria-label", head.dataset.word);
    head.replaceChildren(box);
    count();
  };

  const count = () => {
    const ticked = ticks().filter((tick) => tick.checked).length;
    const box = document.getElementById("pick-page");
    const picked = list().querySelector("[data-picked]");
    box.checked = ticked === ticks().length;
    box.indeterminate = ticked > 0 && !box.checked;
    picked.textContent = ticked > 0 && !document.getElementById("pick-all").checked ? `${ticked} ${picked.dataset.word}` : "";
  };

  document.addEventListener("change", (event) => {
    if (event.target.id === "pick-page") for (const tick of ticks()) tick.checked = event.target.checked;
    if (event.target.matches("#list [type=checkbox]")) count();
  });

  // Keys: the row at hand is the one whose link has the focus. They are of no use
  // to whoever speaks to the computer, and can be switched off (WCAG 2.1.4).

  const help = document.getElementById("keys");
  const use = document.getElementById("keys-use");
  const off = "rolecall-keys-off";
  use.checked = localStorage.getItem(off) === null;
  use.addEventListener("change", () => (use.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1")));

  const button = document.getElementById("keys-show");
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());

  const rows = () => [...list().querySelectorAll("tbody tr")];
  const row = () => document.activeElement.closest("#list tbody tr");

  const move = (by) => {
    const all = rows();
    const to = row() ? all[all.indexOf(row()) + by] : all[0];
    to?.querySelector("th a").focus();
  };

  const keys = {
    "/": () => { search.focus(); search.select(); },
    j: () => move(1),
    k: () => move(-1),
    x: () => row()?.querySelector("input[name=user]").click(),
    e: () => row() && location.assign(row().querySelector("th a").href + "#f-username"),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && (row() || event.target === search && arrow > 0)) move(arrow);
    else if (use.checked && Object.hasOwn(keys, event.key) && !event.target.matches("select, textarea, input:not([type=checkbox])")) keys[event.key]();
    else return;
    event.preventDefault();
  });

  dress();
})();
