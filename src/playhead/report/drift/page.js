// The page can be read and printed without this script, which adds filters, keys, links to findings, and a theme.
(() => {
  const rows = rowsOf("summary.finding", (row) => row.scrollIntoView({ block: "nearest" }));
  const items = rows.all.map((row) => row.closest("li"));
  const toggles = [...document.querySelectorAll(".toggle")];
  const endpoint = byId("endpoint");
  const text = byId("text");

  // A finding is shown if severity and endpoint match, and its row and details contain every word.
  let texts = null;
  const pressed = (toggle) => toggle.getAttribute("aria-pressed") === "true";
  const applyFilter = () => {
    texts ??= items.map((item) => item.textContent.toLowerCase());
    const severities = new Set(toggles.filter(pressed).map((toggle) => toggle.dataset.severity));
    const words = wordsOf(text);
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
    rows.settle();
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
  filterBy(text, rows, applyFilter);
  byId("all").addEventListener("click", () => {
    showAll();
    rows.goToCurrent();
  });

  const setOpen = (open) => {
    if (!rows.current) return;
    rows.current.parentElement.open = open;
    rows.current.scrollIntoView({ block: "nearest" });
  };
  const severity = (name) => toggle(toggles.find((button) => button.dataset.severity === name));
  const KEYS = {
    ArrowDown: () => rows.move(1),
    ArrowUp: () => rows.move(-1),
    Home: rows.goToFirst,
    End: rows.goToLast,
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
    if (inDetails && event.key === "Escape") rows.go(inDetails.previousElementSibling);
    else if (!inList && !nowhere) return;
    event.preventDefault();
    if (nowhere && event.key.startsWith("Arrow")) rows.goToCurrent();
    else KEYS[event.key]();
  });

  // A link to a finding is the page's address with the fingerprint after the `#`.
  const follow = () => {
    const finding = byId(location.hash.slice(1));
    if (!finding?.matches("li > details")) return;
    finding.open = true;
    if (finding.closest("[hidden]")) showAll();
    rows.go(finding.querySelector("summary"));
  };
  addEventListener("hashchange", follow);
  // In the next frame: the browser follows the fragment too, and would take the focus away again.
  addEventListener("load", () => requestAnimationFrame(follow));

  // Print all findings that the filter shows with their details.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = items.filter((item) => !item.hidden).map((item) => item.firstElementChild).filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });

  offerTheme(byId("theme"));
})();
