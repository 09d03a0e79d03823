// The page can be read and printed without this script, which adds keys, a filter, zoom, and a theme.
(() => {
  const MOST_ZOOM = 1024;
  const TICK_PX = 110;
  const SVG = "http://www.w3.org/2000/svg";
  const filter = byId("filter");
  const sessions = [...document.querySelectorAll(".session")];
  const rows = rowsOf("summary", (row) => {
    row.scrollIntoView({ block: "nearest", inline: "nearest" });
    bringIntoView(row);
  });
  let zoom = 1;

  // Measured on a scale, since the filter may hide all rows.
  const viewWidth = () => {
    const scale = main.querySelector(".session:not([hidden]) .scale");
    if (!scale) return main.clientWidth;
    const end = parseFloat(getComputedStyle(scale.querySelector(".track")).paddingRight);
    return main.clientWidth - scale.querySelector(".what").offsetWidth - end;
  };
  const trackWidth = () => viewWidth() * zoom;
  const bringIntoView = (row) => {
    if (zoom === 1) return;
    const at = (Number(row.dataset.at) / 100) * trackWidth();
    const visible = viewWidth();
    if (at < main.scrollLeft || at > main.scrollLeft + visible * 0.9) main.scrollLeft = at - visible * 0.1;
  };

  // Zooming keeps the middle of the view in place.
  const setZoom = (wanted) => {
    const visible = viewWidth();
    const middle = (main.scrollLeft + visible / 2) / (visible * zoom);
    zoom = Math.min(MOST_ZOOM, Math.max(1, wanted));
    root.style.setProperty("--zoom", zoom);
    root.style.setProperty("--view", `${main.clientWidth}px`);
    root.classList.toggle("zoomed", zoom > 1);
    byId("zoom").textContent = `${zoom}×`;
    byId("zoom-out").disabled = zoom === 1;
    byId("zoom-in").disabled = zoom === MOST_ZOOM;
    main.scrollLeft = middle * visible * zoom - visible / 2;
    drawScales();
  };

  // Only the visible part of a scale is drawn: a zoomed session has too many ticks to draw them all.
  const STEPS = [];
  for (let power = 1; power < 1e6; power *= 10) STEPS.push(power, 2 * power, 5 * power);
  for (const unit of [1e6, 60e6]) STEPS.push(unit, 2 * unit, 5 * unit, 10 * unit, 15 * unit, 30 * unit);
  for (let hours = 3600e6; hours < 1e19; hours *= 10) STEPS.push(hours, 2 * hours, 5 * hours);
  const plain = (value, digits) => String(Number(value.toFixed(digits)));
  const instant = (us) => {
    if (us === 0) return "0";
    if (us < 1e6) return `${plain(us / 1e3, 3)} ms`;
    if (us < 60e6) return `${plain(us / 1e6, 6)} s`;
    const hours = Math.floor(us / 3600e6);
    const minutes = Math.floor((us % 3600e6) / 60e6);
    const rest = us % 60e6;
    return (hours ? `${hours}h` : "") + (minutes ? `${minutes}m` : "") + (rest ? `${plain(rest / 1e6, 6)}s` : "");
  };
  const element = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const drawScale = (session) => {
    const from = Number(session.dataset.from);
    const span = Number(session.dataset.to) - from;
    const width = trackWidth();
    const step = STEPS.find((each) => (each / span) * width >= TICK_PX) ?? STEPS.at(-1);
    const first = from + span * Math.max(0, main.scrollLeft / width - 0.5 / zoom);
    const last = from + span * Math.min(1, main.scrollLeft / width + 1.5 / zoom);
    const texts = [];
    const lines = [];
    for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) {
      const place = `${((tick - from) / span) * 100}%`;
      texts.push(element("text", { x: place, dx: 4, y: 15 }, instant(tick)));
      lines.push(element("line", { x1: place, x2: place, y1: 0, y2: "100%" }));
    }
    session.querySelector(".ticks").replaceChildren(...texts);
    session.querySelector(".grid").replaceChildren(...lines);
  };
  let drawing = 0;
  const drawScales = () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(() => sessions.forEach(drawScale));
  };
  main.addEventListener("scroll", () => zoom > 1 && drawScales(), { passive: true });
  addEventListener("resize", () => setZoom(zoom));
  addEventListener("beforeprint", () => {
    setZoom(1);
    cancelAnimationFrame(drawing);
    sessions.forEach(drawScale);
  });
  byId("zoom-in").addEventListener("click", () => setZoom(zoom * 2));
  byId("zoom-out").addEventListener("click", () => setZoom(zoom / 2));
  byId("zoom-fit").addEventListener("click", () => setZoom(1));

  // A row is shown if it contains every word, itself or in its details.
  let texts = null;
  const applyFilter = () => {
    texts ??= rows.all.map((row) => row.parentElement.textContent.toLowerCase());
    const words = wordsOf(filter);
    let count = 0;
    rows.all.forEach((row, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      row.closest("li").hidden = !fits;
      count += fits;
    });
    for (const session of sessions) session.hidden = !session.querySelector("li:not([hidden])");
    byId("count").textContent = words.length ? `${count} of ${rows.all.length}` : "";
    byId("no-match").hidden = count > 0 || rows.all.length === 0;
    rows.settle();
  };
  filterBy(filter, rows, applyFilter);

  const setOpen = (open) => {
    if (rows.current) rows.current.parentElement.open = open;
  };
  const KEYS = {
    ArrowDown: () => rows.move(1),
    ArrowUp: () => rows.move(-1),
    PageDown: () => rows.move(10),
    PageUp: () => rows.move(-10),
    Home: rows.goToFirst,
    End: rows.goToLast,
    ArrowRight: () => setOpen(true),
    ArrowLeft: () => setOpen(false),
    Escape: () => setOpen(false),
    "/": () => filter.focus(),
    "+": () => setZoom(zoom * 2),
    "=": () => setZoom(zoom * 2),
    "-": () => setZoom(zoom / 2),
    0: () => setZoom(1),
  };
  document.addEventListener("keydown", (event) => {
    const nowhere = document.activeElement === document.body || document.activeElement === main;
    const inList = document.activeElement?.matches("summary");
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey || !(inList || nowhere)) return;
    event.preventDefault();
    if (nowhere && event.key.startsWith("Arrow")) rows.goToCurrent();
    else KEYS[event.key]();
  });

  offerTheme(byId("theme"));
  setZoom(1);
})();
