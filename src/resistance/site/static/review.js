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
    figure.reviewData = (result.vgSpec.data || []).map((set) => set.name);
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
    const raw = cell ? cell.dataset.sort ?? cell.textContent.replace(/\s+/g, " ").trim().toLowerCase() : "";
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
    const say = () => { status.textContent = `${rows.filter(isShown).length} of ${rows.length} rows`; };
    const all = box.querySelector(".all-rows");
    if (all) {
      all.addEventListener("click", () => openTable(box, box.classList.contains("short")));
      box.addEventListener("review-rows", say);
    }
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      box.classList.toggle("filtering", words.length > 0);
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

  const isShown = (row) => !row.hidden && getComputedStyle(row).display !== "none";
  function openTable(box, open) {
    const button = box.querySelector(".all-rows");
    if (!button || open !== box.classList.contains("short")) return;
    box.classList.toggle("short", !open);
    button.setAttribute("aria-expanded", String(open));
    if (!button.dataset.more) button.dataset.more = button.textContent;
    button.textContent = open ? "Show the first rows only" : button.dataset.more;
    if (!open) button.scrollIntoView({ block: "nearest" });
    box.dispatchEvent(new Event("review-rows"));
  }
  // A link to a row that is folded away opens its table, and its place is then known to the browser.
  const openAt = (hash) => {
    const row = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (row && row.matches("button.claim")) row.popoverTargetElement.showPopover();
    // A row that has moved to the page on which its table goes on is looked for there.
    const next = !row && $$(".continued a[rel=next]").find((link) => hash.startsWith(`#${link.dataset.rows}`));
    if (next) location.replace(next.href.replace(/#.*/, hash));
    const box = row && row.closest("tr") && row.closest(".evidence-table.short");
    if (!box) return;
    openTable(box, true);
    row.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", () => openAt(location.hash));

  function saveShown(table, name) {
    const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [...table.rows].filter(isShown).map((row) =>
      [...row.cells].filter((cell) => !cell.hidden).map((cell) => {
        const copy = cell.cloneNode(true);
        $$("[aria-hidden], details:not([open])", copy).forEach((element) => element.remove());
        return quote(copy.textContent.replace(/\s+/g, " ").trim());
      }).join(","));
    const link = make("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" })), download: `${name}-shown.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  $$(".evidence-table").forEach(enhanceTable);
  openAt(location.hash);

  /* ---------- references and rows on hover and focus ---------- */
  const pop = make("div", { class: "cite-pop", popover: "manual", id: "cite-pop", role: "tooltip" });
  document.body.append(pop);
  const put = (box, link) => {
    const place = link.getClientRects()[0] || link.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = place.bottom + 6 + size.height < innerHeight;
    box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    box.style.top = `${below ? place.bottom + 6 : Math.max(8, place.top - size.height - 6)}px`;
  };
  const fill = (link) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target || !target.matches("li.reference")) return null;
    pop.replaceChildren(...[...target.childNodes].map((node) => node.cloneNode(true)));
    $$("[id]", pop).forEach((element) => element.removeAttribute("id"));
    return pop;
  };
  // The card of a row on this page is made of the row; one that stands elsewhere brought its card along.
  const cardOf = (link) => {
    const anchor = decodeURIComponent(link.hash.slice(1));
    const name = `card-${anchor.replace(/^row-/, "")}`;
    const row = document.getElementById(anchor);
    return document.getElementById(name) || (row && row.matches("tr") ? cardFrom(row, name) : null);
  };
  const cardFrom = (row, id) => {
    const heads = [...row.closest("table").tHead.rows[0].cells];
    const lines = [...row.cells].map((cell, index) => {
      const copy = cell.cloneNode(true);
      $$("details", copy).forEach((element) => element.remove());
      $$("[id]", copy).forEach((element) => element.removeAttribute("id"));
      if (!copy.textContent.trim() || copy.querySelector(".empty")) return "";
      const title = make("span", { class: "unit" }, `${heads[index].textContent.trim()}: `);
      return make("p", index ? {} : { class: "card-claim" }, ...(index ? [title] : []), ...copy.childNodes);
    });
    const more = row.querySelector(".row-more");
    const on = make("p", { class: "to-table" }, make("a", { href: `#${row.id}` }, more ? "Row in its table, with more" : "Row in its table"));
    const card = make("div", { class: "card row-card", popover: "manual", id }, ...lines, on);
    (row.closest("article") || document.body).append(card);
    return card;
  };
  // Two kinds, each with at most one box open; a reference may open above the card of a row.
  const kinds = [["a.cite[href*='#']", fill], ["a.row-link[href*='#']", cardOf]].map(([selector, box]) => ({ selector, box, timer: 0, link: null, open: null }));
  const close = (kind) => {
    clearTimeout(kind.timer);
    if (kind.open && kind.open.matches(":popover-open")) kind.open.hidePopover();
    if (kind.link && kind.selector.startsWith("a.cite")) kind.link.removeAttribute("aria-describedby");
    kind.open = kind.link = null;
  };
  const show = (kind, link) => {
    if (kind.link === link && kind.open) return;
    close(kind);
    const box = kind.box(link);
    if (!box) return;
    // What is shown last is on top, within an open claim card too.
    box.showPopover();
    Object.assign(kind, { open: box, link });
    put(box, link);
    if (box === pop) link.setAttribute("aria-describedby", "cite-pop");
  };
  const within = (kind, element) => {
    if (!(element instanceof Element) || !kind.open) return false;
    if (kind.open.contains(element) || (kind.link && kind.link.contains(element))) return true;
    // A reference that opened from this card belongs to it.
    return kinds.some((other) => other !== kind && other.link && kind.open.contains(other.link) && other.open && other.open.contains(element));
  };
  const linkOf = (kind, event) => event.target instanceof Element && event.target.closest(kind.selector);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    for (const kind of kinds) {
      const link = linkOf(kind, event);
      clearTimeout(kind.timer);
      if (link && link.hash) kind.timer = setTimeout(() => show(kind, link), 120);
      else if (kind.open && !within(kind, event.target)) kind.timer = setTimeout(() => close(kind), 250);
    }
  });
  document.addEventListener("focusin", (event) => {
    for (const kind of kinds) {
      const link = linkOf(kind, event);
      if (link) show(kind, link); else if (!within(kind, event.target)) close(kind);
    }
  });
  // A finger cannot hover: its first tap opens the card, which leads on to the row.
  let finger = false;
  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "touch";
    for (const kind of kinds) if (kind.open && !within(kind, event.target)) close(kind);
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href*='#row-']");
    if (!link) return;
    if (finger && link.matches(".row-link") && cardOf(link)) { event.preventDefault(); show(kinds[1], link); return; }
    kinds.forEach(close);
    const card = link.closest("[popover]:popover-open");
    if (card) card.hidePopover();
    if (link.getAttribute("href").startsWith("#")) openAt(link.hash);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const top = kinds.find((kind) => kind.open);
    if (top) { close(top); event.preventDefault(); }
  });
  // A link that takes focus is scrolled into view: its box goes with it. Any other scrolling of the page closes it.
  document.addEventListener("scroll", (event) => {
    for (const kind of kinds) {
      if (!kind.open || kind.open.contains(event.target)) continue;
      if (kind.link === document.activeElement) put(kind.open, kind.link); else close(kind);
    }
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
