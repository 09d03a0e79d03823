"use strict";
// Shared by both pages, whose own scripts follow: rows that keys move through, a field that filters, and the theme.
const root = document.documentElement;
const main = document.querySelector("main");
const byId = (id) => document.getElementById(id);

// One row is in the tab order at a time; the others are reached by arrows.
const rowsOf = (selector, bringIntoView) => {
  const all = [...document.querySelectorAll(selector)];
  let current = null;
  const shown = () => all.filter((row) => !row.closest("[hidden]"));
  const choose = (row) => {
    if (current) current.tabIndex = -1;
    current = row;
    if (row) row.tabIndex = 0;
  };
  const go = (row) => {
    if (!row) return;
    choose(row);
    row.focus({ preventScroll: true });
    bringIntoView(row);
  };
  const move = (by) => {
    const among = shown();
    const at = Math.max(0, among.indexOf(current));
    go(among[Math.min(among.length - 1, Math.max(0, at + by))]);
  };
  // To be called after filtering, which may have hidden the current row.
  const settle = () => {
    if (!current || current.closest("[hidden]")) choose(shown()[0]);
  };
  for (const row of all) row.tabIndex = -1;
  choose(all[0]);
  main.addEventListener("focusin", (event) => {
    if (event.target.matches(selector)) choose(event.target);
  });
  return {
    all,
    go,
    move,
    settle,
    goToCurrent: () => go(current),
    goToFirst: () => go(shown()[0]),
    goToLast: () => go(shown().at(-1)),
    get current() {
      return current;
    },
  };
};

// A row passes a filter if its text contains every one of these words.
const wordsOf = (field) => field.value.toLowerCase().split(/\s+/).filter(Boolean);

// In the field, Enter and ArrowDown move to the rows, and Escape clears it.
const filterBy = (field, rows, applyFilter) => {
  field.addEventListener("input", applyFilter);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      applyFilter();
      rows.goToCurrent();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      rows.goToCurrent();
    } else {
      return;
    }
    event.preventDefault();
  });
};

// The theme follows the system until the button is pressed.
const offerTheme = (button) => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    button.setAttribute("aria-pressed", dark);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = button.getAttribute("aria-pressed") === "true" ? "light" : "dark";
    show();
  });
  system.addEventListener("change", show);
  show();
};
