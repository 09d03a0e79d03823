"use strict";
// The page can be read and printed without this. It adds: filters, moving by keys, links to findings, light or dark.
(() => {
  const root = document.documentElement;
  const main = document.querySelector("main");
  const byId = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll("summary.finding")];
  const items = rows.map((row) => row.closest("li"));
  const toggles = [...document.querySelectorAll(".toggle")];
  const endpoint = byId("endpoint");
  const text = byId("text");
  let current = null;

  // One row is in the tab order at a time; the others are reached by arrows.
  const shown = () => rows.filter((row) => !row.closest("[hidden]"));
  const choose = (row) => {
    if (current) current.tabIndex = -1;
    current = row;
    if (row) row.tabIndex = 0;
  };
  const go = (row) => {
    if (!row) return;
    choose(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  for (const row of rows) row.tabIndex = -1;
  choose(rows[0]);
  main.addEventListener("focusin", (event) => {
    if (event.target.matches("summary.finding")) choose(event.target);
  });

  // A finding passes by its severity, its endpoints, and by having every word somewhere in its row or details.
  let texts = null;
  const pressed = (toggle) => toggle.getAttribute("aria-pressed") === "true";
  const applyFilter = () => {
    texts ??= items.map((item) => item.textContent.toLowerCase());
    const severities = new Set(toggles.filter(pressed).map((toggle) => toggle.dataset.severity));
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    items.forEach((item, index) => {
      const fits =
        severities.has(item.dataset.severity) &&
        (!endpoint.value || item.dataset.endpoints.split(" ").includes(endpoint.value)) &&
        words.every((word) => texts[index].includes(word));
      item.hidden = !fits;
      count += fits;
    });
    for (const group of document.querySelectorAll(".findings")) {
      group.hidden = !group.querySelector("li[data-severity]:not([hidden])");
    }
    byId("count").textContent = count === items.length ? "" : `${count} of ${items.length}`;
    byId("no-match").hidden = count > 0 || items.length === 0;
    if (!current || current.closest("[hidden]")) choose(shown()[0]);
  };
  const toggle = (button) => {
    if (button.disabled) return;
    button.setAttribute("aria-pressed", !pressed(button));
    applyFilter();
  };
  const showAll = () => {
    for (const button of toggles) button.setAttribute("aria-pressed", true);
    endpoint.value = text.value = "";
    applyFilter();
  };
  for (const button of toggles) button.addEventListener("click", () => toggle(button));
  endpoint.addEventListener("change", applyFilter);
  text.addEventListener("input", applyFilter);
  byId("all").addEventListener("click", () => {
    showAll();
    go(current);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      text.value = "";
      applyFilter();
      go(current);
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      go(current);
    } else {
      return;
    }
    event.preventDefault();
  });

  const move = (by) => {
    const among = shown();
    const at = Math.max(0, among.indexOf(current));
    go(among[Math.min(among.length - 1, Math.max(0, at + by))]);
  };
  const setOpen = (open) => {
    if (!current) return;
    current.parentElement.open = open;
    current.scrollIntoView({ block: "nearest" });
  };
  const severity = (name) => toggle(toggles.find((button) => button.dataset.severity === name));
  const KEYS = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Home: () => go(shown()[0]),
    End: () => go(shown().at(-1)),
    ArrowRight: () => setOpen(true),
    ArrowLeft: () => setOpen(false),
    Escape: () => setOpen(false),
    "/": () => text.focus(),
    b: () => severity("breaking"),
    r: () => severity("risky"),
    c: () => severity("compatible"),
  };
  document.addEventListener("keydown", (event) => {
    const active = document.activeElement;
    const nowhere = active === document.body || active === main;
    const inList = active?.matches("summary.finding");
    const inDetails = active?.closest(".details");
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    if (inDetails && event.key === "Escape") go(inDetails.previousElementSibling);
    else if (!inList && !nowhere) return;
    event.preventDefault();
    if (nowhere && event.key.startsWith("Arrow")) go(current);
    else KEYS[event.key]();
  });

  // A link to a finding is the page's address with the fingerprint after the `#`.
  const follow = () => {
    const finding = byId(location.hash.slice(1));
    if (!finding?.matches("li > details")) return;
    finding.open = true;
    if (finding.closest("[hidden]")) showAll();
    go(finding.querySelector("summary"));
  };
  addEventListener("hashchange", follow);
  // Not before: the browser goes there too, and takes the focus away from where it does not go.
  addEventListener("load", () => requestAnimationFrame(follow));

  // On paper all findings that pass the filter are open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = items.filter((item) => !item.hidden).map((item) => item.firstElementChild).filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });

  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const showTheme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    theme.setAttribute("aria-pressed", dark);
  };
  theme.addEventListener("click", () => {
    root.dataset.theme = theme.getAttribute("aria-pressed") === "true" ? "light" : "dark";
    showTheme();
  });
  system.addEventListener("change", showTheme);

  showTheme();
})();
