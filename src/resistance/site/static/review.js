/* What the page can do beside being read: live figures, sorting and filtering tables, references on hover and focus.
   Nothing here is needed to read the page. */
(() => {
  "use strict";
  const html = document.documentElement;
  const siteRoot = html.dataset.content_root || "./";
  const $$ = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  window.reviewFigures = {};

  /* ---------- figures ---------- */
  const loading = new Map();
  const load = (src) => {
    if (!loading.has(src)) {
      loading.set(src, new Promise((resolve, reject) => {
        const script = make("script", { src });
        script.onload = resolve;
        script.onerror = () => { loading.delete(src); reject(new Error(`${src} did not load`)); };
        document.head.append(script);
      }));
    }
    return loading.get(src);
  };
  const isDark = () => {
    const theme = document.body.dataset.theme;
    return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  };
  const merge = (base, over) => {
    const result = { ...base };
    for (const [key, value] of Object.entries(over || {})) {
      const both = value && typeof value === "object" && !Array.isArray(value) && result[key] && typeof result[key] === "object";
      result[key] = both ? merge(result[key], value) : value;
    }
    return result;
  };
  const readControl = (input) => {
    if (input.type === "checkbox") return input.checked;
    if (input.type === "range") return Number(input.value);
    return JSON.parse(input.value);
  };
  const showControl = (input) => {
    const output = input.parentElement.querySelector("output");
    if (output) output.value = String(Number(Number(input.value).toPrecision(6)));
  };

  async function draw(figure) {
    await Promise.all([load(`${siteRoot}_static/vega.js`), load(figure.dataset.script)]);
    const given = window.reviewFigures[figure.dataset.figure];
    const plot = figure.querySelector(".plot");
    const width = matchMedia("(max-width: 640px)").matches ? "narrow" : "wide";
    const spec = (width === "narrow" && given.narrow) || given.spec;
    const look = window.reviewVegaConfig[isDark() ? "dark" : "light"][width];
    const picture = $$("img", plot).find((image) => image.offsetParent);
    const described = { ...spec, description: (picture || plot.querySelector("img")).alt, config: merge(look, spec.config) };
    const live = make("div", { class: "live" });
    const old = plot.querySelector(".live");
    plot.append(live);
    // The interpreter (ast) keeps to the content security policy: no code is made from strings.
    const result = await window.vegaEmbed(live, described, {
      ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true },
    });
    const inputs = $$("[data-signal]", figure);
    for (const input of inputs) { showControl(input); result.view.signal(input.dataset.signal, readControl(input)); }
    await result.view.runAsync();
    if (old) old.remove();
    if (figure.reviewView) figure.reviewView.finalize();
    figure.reviewView = result.view;
    plot.classList.add("is-live");
    figure.dataset.state = "live";
  }

  function prepareFigure(figure) {
    figure.dataset.state = "loading";
    draw(figure).catch((error) => { figure.dataset.state = "picture"; console.error(error); });
    const form = figure.querySelector("form.controls");
    if (!form) return;
    const apply = (input) => {
      showControl(input);
      if (figure.reviewView) figure.reviewView.signal(input.dataset.signal, readControl(input)).runAsync();
    };
    form.addEventListener("input", (event) => { if (event.target.dataset.signal) apply(event.target); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => $$("[data-signal]", form).forEach(apply)));
  }

  // Nothing is fetched before the reader moves: the first scroll, touch, pointer or key starts the watch.
  const watch = () => {
    for (const name of ["scroll", "pointermove", "touchstart", "keydown", "focusin"]) removeEventListener(name, watch, true);
    const near = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        prepareFigure(entry.target);
      }
    }, { rootMargin: "300px" });
    $$("figure.review-figure").forEach((figure) => near.observe(figure));
  };
  if ($$("figure.review-figure").length) {
    for (const name of ["scroll", "pointermove", "touchstart", "keydown", "focusin"]) addEventListener(name, watch, { capture: true, passive: true });
  }
  const redraw = () => $$("figure.review-figure[data-state=live]").forEach((figure) => draw(figure));
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("(max-width: 640px)").addEventListener("change", redraw);

  /* ---------- tables ---------- */
  const sortKey = (cell) => {
    const raw = cell ? cell.dataset.sort : "";
    return raw === "" || Number.isNaN(Number(raw)) ? raw : Number(raw);
  };
  const compare = (a, b) => {
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? -1 : 1;
  };

  function enhanceTable(box) {
    const tools = box.querySelector(".table-tools");
    if (!tools) return;
    const table = box.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const [filter, columns, save, status] = ["input", "details", "button", "[role=status]"].map((part) => tools.querySelector(part));
    const say = () => { status.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`; };
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      say();
    });
    heads.forEach((head, index) => {
      const words = head.querySelector(".sort");
      const button = make("button", { type: "button" }, ...words.childNodes);
      words.replaceWith(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] || "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (next !== "none") head.setAttribute("aria-sort", next);
        const sign = next === "descending" ? -1 : 1;
        const ordered = next === "none" ? rows : [...rows].sort((a, b) => {
          const [x, y] = [sortKey(a.cells[index]), sortKey(b.cells[index])];
          return x === "" || y === "" ? compare(x, y) : sign * compare(x, y);
        });
        body.append(...ordered);
      });
    });
    columns.addEventListener("toggle", () => {
      if (columns.querySelector("fieldset")) return;
      const fieldset = make("fieldset", {}, make("legend", {}, "Columns shown"));
      heads.forEach((head, index) => {
        if (index === 0) return;
        const check = make("input", { type: "checkbox", checked: "" });
        check.addEventListener("change", () => { for (const row of table.rows) row.cells[index].hidden = !check.checked; });
        fieldset.append(make("label", {}, check, ` ${head.textContent}`));
      });
      columns.append(fieldset);
    });
    save.addEventListener("click", () => saveShown(table, box.id));
  }

  function saveShown(table, name) {
    const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [...table.rows].filter((row) => !row.hidden).map((row) =>
      [...row.cells].filter((cell) => !cell.hidden).map((cell) => {
        const copy = cell.cloneNode(true);
        $$("[aria-hidden]", copy).forEach((element) => element.remove());
        return quote(copy.textContent.replace(/\s+/g, " ").trim());
      }).join(","));
    const link = make("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" })), download: `${name}-shown.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  $$(".evidence-table").forEach(enhanceTable);

  /* ---------- citations ---------- */
  const pop = make("div", { class: "cite-pop", popover: "manual", id: "cite-pop", role: "tooltip" });
  document.body.append(pop);
  let timer = 0;
  let current = null;
  const hide = () => { clearTimeout(timer); if (pop.matches(":popover-open")) pop.hidePopover(); };
  const show = (link) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target || !target.matches("li.reference")) return;
    pop.replaceChildren(...[...target.childNodes].map((node) => node.cloneNode(true)));
    $$("[id]", pop).forEach((element) => element.removeAttribute("id"));
    // Within an open claim card the tooltip must be above it: the last shown popover is on top.
    hide();
    pop.showPopover();
    current = link;
    put(link);
    link.setAttribute("aria-describedby", "cite-pop");
  };
  const put = (link) => {
    const place = link.getClientRects()[0] || link.getBoundingClientRect();
    const size = pop.getBoundingClientRect();
    const below = place.bottom + 6 + size.height < innerHeight;
    pop.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    pop.style.top = `${below ? place.bottom + 6 : Math.max(8, place.top - size.height - 6)}px`;
  };
  const isCite = (event) => event.target instanceof Element && event.target.closest("a.cite[href*='#']");
  document.addEventListener("pointerover", (event) => {
    const link = isCite(event);
    if (link && link.hash) { clearTimeout(timer); timer = setTimeout(() => show(link), 120); }
    else if (!pop.contains(event.target)) { clearTimeout(timer); timer = setTimeout(hide, 250); }
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => { const link = isCite(event); if (link) show(link); else if (!pop.contains(event.target)) hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  // A link that takes focus is scrolled into view: its reference goes with it. Any other scrolling closes it.
  document.addEventListener("scroll", () => {
    if (pop.matches(":popover-open") && current === document.activeElement) put(current); else hide();
  }, { capture: true, passive: true });

  /* ---------- contents of the page: mark the section that is read ---------- */
  const entries = new Map($$(".toc-tree a[href^='#']").map((link) => [decodeURIComponent(link.hash.slice(1)), link.parentElement]));
  if (entries.size) {
    const inView = new Set();
    const spy = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) inView[isIntersecting ? "add" : "delete"](target.id);
      const current = [...entries.keys()].filter((id) => inView.has(id)).pop();
      if (current === undefined) return;
      entries.forEach((item, id) => item.classList.toggle("scroll-current", id === current));
    }, { rootMargin: "0px 0px -75% 0px" });
    entries.forEach((_, id) => { const section = document.getElementById(id); if (section) spy.observe(section); });
  }

  /* ---------- light, dark, as the system says ---------- */
  const modes = ["auto", "light", "dark"];
  $$(".theme-toggle").forEach((button) => button.addEventListener("click", () => {
    const next = modes[(modes.indexOf(document.body.dataset.theme) + 1) % modes.length];
    document.body.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* a browser may refuse to remember */ }
  }));

  /* ---------- small things ---------- */
  $$("time.due").forEach((time) => { if (new Date(time.dateTime) < new Date()) time.classList.add("overdue"); });
  addEventListener("beforeprint", () => { $$("img[loading=lazy]").forEach((image) => { image.loading = "eager"; }); });
})();
