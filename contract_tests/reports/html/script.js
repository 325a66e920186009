"use strict";
(() => {
  const checks = [...document.querySelectorAll("details.check")];
  const boxes = [...document.querySelectorAll("input[name=status]")];
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const words = new Map(checks.map((check) => [check, check.textContent.toLowerCase()]));
  const filter = () => {
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const parts = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const check of checks) {
      const fits = wanted.has(check.dataset.status) &&
        parts.every((part) => words.get(check).includes(part));
      check.hidden = !fits;
      if (fits) ++count;
    }
    shown.textContent = `${count} of ${checks.length} shown`;
  };
  if (search) {
    document.getElementById("filter").hidden = false;
    for (const box of boxes) box.addEventListener("change", filter);
    search.addEventListener("input", filter);
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
      } else if (event.key === "Escape" && typing) {
        search.value = "";
        filter();
      }
    });
    filter();
  }

  // A link to a check opens it, and shows it whatever the filter says.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const check = target && target.closest("details.check");
    if (!check) return;
    check.hidden = false;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const is_dark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
  const label = () => { button.textContent = is_dark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = is_dark() ? "light" : "dark";
    label();
  });
  dark.addEventListener("change", label);
  label();

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = checks.filter((check) => !check.open && !["pass", "skipped"].includes(check.dataset.status));
    for (const check of closed) check.open = true;
  });
  addEventListener("afterprint", () => { for (const check of closed) check.open = false; });
})();
