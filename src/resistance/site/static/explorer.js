/* The explorer: filters all evidence rows by what they speak of, counts studies, saves the selection. Only its page
   loads this. The rows come in scripts of data (resistance.site.explorer_files), since a page on disk cannot fetch. */
(() => {
  "use strict";
  const box = document.querySelector(".explorer");
  if (!box) return;
  const siteRoot = document.documentElement.dataset.content_root || "./";
  const PAGE = 50; // rows shown at once
  const LONG = 12; // values of a filter from which on it has a field to find one
  const TITLES = { drug: "Drug", gene: "Gene", cancer: "Cancer", mechanism: "Mechanism", evidence: "Kind of evidence", level: "Level", direction: "Direction", role: "Role" };
  const PLURAL = { drug: "drugs", gene: "genes", cancer: "cancers" };
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const grouped = new Intl.NumberFormat("en-GB");
  const count = (number, one, more) => `${grouped.format(number)} ${number === 1 ? one : more}`;
  const of = (number, whole, one, more) => (number === whole ? `all ${count(whole, one, more)}` : `${grouped.format(number)} of ${count(whole, one, more)}`);
  const folded = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

  /* ---------- parts: scripts of data, each asked for once ---------- */
  const parts = new Map();
  const asked = new Map();
  let stamp = "";
  window.reviewRows = ([itsStamp, name, content]) => {
    if (stamp && itsStamp !== stamp) throw new Error("other data");
    stamp = itsStamp;
    parts.set(name, content);
  };
  const load = (name) => {
    if (!asked.has(name)) {
      asked.set(name, new Promise((resolve, reject) => {
        const script = make("script", { src: `${siteRoot}_rows/${name}.js?v=${stamp || box.dataset.version}` });
        const fail = () => { asked.delete(name); reject(new Error(`${name} did not load`)); };
        script.onload = () => (parts.has(name) ? resolve() : fail());
        script.onerror = fail;
        document.head.append(script);
      }));
    }
    return asked.get(name);
  };
  const partOf = (row) => Math.floor(row / data.rows) + 1;
  const shown = (row) => parts.get(`rows-${partOf(row)}`)?.[row % data.rows];
  const loadRows = (kind, rows) => Promise.all([...new Set(rows.map(partOf))].map((part) => load(`${kind}-${part}`)));

  /* ---------- rows as columns of numbers ---------- */
  let data;
  let total = 0;
  let studyOf; // by row, as are the two below
  let yearOf;
  let starsOf;
  let byStudy; // rows with those of one study together, so that each study is counted once
  let newest; // rows with the newest first
  let facets;
  class Facet {
    constructor(name, rows) {
      this.name = name;
      this.names = name in PLURAL; // values are entries of the vocabulary, with pages
      this.values = data.values[name].map((value) => (this.names ? value[0] : value));
      this.start = new Int32Array(total + 1);
      this.ids = Int32Array.from(rows.flatMap((ids, row) => { this.start[row + 1] = this.start[row] + ids.length; return ids; }));
      this.chosen = new Uint8Array(this.values.length);
      this.counts = new Int32Array(this.values.length);
      this.last = new Int32Array(this.values.length);
    }
    get active() { return this.chosen.includes(1); }
    takes(row) {
      for (let at = this.start[row]; at < this.start[row + 1]; at += 1) if (this.chosen[this.ids[at]]) return true;
      return false;
    }
    count(row, study) {
      for (let at = this.start[row]; at < this.start[row + 1]; at += 1) {
        const id = this.ids[at];
        if (this.last[id] !== study) { this.last[id] = study; this.counts[id] += 1; }
      }
    }
    clearCounts() { this.counts.fill(0); this.last.fill(-1); }
    indexesOf(names) { return names.map((name) => this.values.indexOf(name)).filter((id) => id >= 0); }
  }
  const listOf = (value) => (Array.isArray(value) ? value : value < 0 ? [] : [value]);
  function prepare() {
    data = parts.get("index");
    const { columns, values } = data;
    total = columns.study.length;
    facets = Object.keys(TITLES).map((name) => {
      // An entry lists the rows of what it covers too: a class those of its drugs, a cancer those of narrower ones.
      const wider = name in PLURAL ? values[name].map((value) => value[2]) : null;
      return new Facet(name, columns[name].map((value) => {
        const own = listOf(value);
        return wider ? [...new Set([...own, ...own.flatMap((id) => wider[id])])] : own;
      }));
    });
    studyOf = Int32Array.from(columns.study);
    yearOf = Int32Array.from(columns.year);
    starsOf = Uint8Array.from(columns.stars, Number);
    const rows = Int32Array.from({ length: total }, (_, row) => row);
    byStudy = rows.slice().sort((a, b) => studyOf[a] - studyOf[b] || a - b);
    newest = rows.slice().sort((a, b) => yearOf[b] - yearOf[a] || a - b);
  }

  /* ---------- the question, as the address has it, and its answer ---------- */
  const question = { stars: 0, from: 0, to: 0, sort: "", page: 1 };
  const hits = { rows: [], studies: 0, stars: [] };
  function answer() {
    const active = facets.filter((facet) => facet.active);
    const held = new Uint8Array(total);
    const stars = new Int32Array(6);
    const lastStars = new Int32Array(6).fill(-1);
    let studies = 0;
    let last = -1;
    facets.forEach((facet) => facet.clearCounts());
    for (const row of byStudy) {
      const year = yearOf[row];
      if ((question.from && year < question.from) || (question.to && (!year || year > question.to))) continue;
      // A row that only one filter refuses counts for the other values of that filter.
      let refused = null;
      let misses = 0;
      for (const facet of active) {
        if (!facet.takes(row)) { refused = facet; misses += 1; if (misses > 1) break; }
      }
      if (misses > 1) continue;
      const study = studyOf[row];
      const its = starsOf[row];
      if (its < question.stars) {
        if (!misses) countStars(its, study);
        continue;
      }
      if (refused) { refused.count(row, study); continue; }
      held[row] = 1;
      if (study !== last) { studies += 1; last = study; }
      countStars(its, study);
      for (const facet of facets) facet.count(row, study);
    }
    function countStars(its, study) {
      for (let at = 1; at <= its; at += 1) if (lastStars[at] !== study) { lastStars[at] = study; stars[at] += 1; }
    }
    hits.rows = [];
    if (question.sort === "new") { for (const row of newest) if (held[row]) hits.rows.push(row); }
    else for (let row = 0; row < total; row += 1) if (held[row]) hits.rows.push(row);
    hits.studies = studies;
    hits.stars = stars;
  }
  function address() {
    const words = new URLSearchParams();
    for (const facet of facets) facet.values.forEach((value, id) => { if (facet.chosen[id]) words.append(facet.name, value); });
    for (const name of ["stars", "from", "to"]) if (question[name]) words.set(name, question[name]);
    if (question.sort) words.set("sort", question.sort);
    if (question.page > 1) words.set("page", question.page);
    return words.toString();
  }
  function readAddress() {
    const words = new URLSearchParams(location.hash.slice(1));
    const number = (name) => (/^\d{1,4}$/.test(words.get(name) || "") ? Number(words.get(name)) : 0);
    const lost = [];
    for (const facet of facets) {
      facet.chosen.fill(0);
      for (const value of words.getAll(facet.name)) {
        const id = facet.values.indexOf(value);
        if (id < 0) lost.push(value); else facet.chosen[id] = 1;
      }
    }
    for (const name of ["stars", "from", "to"]) question[name] = number(name);
    question.stars = Math.min(question.stars, 5);
    question.sort = words.get("sort") === "new" ? "new" : "";
    question.page = Math.max(1, number("page"));
    return lost;
  }

  /* ---------- what the reader sees ---------- */
  const state = box.querySelector("[role=status]");
  const note = make("p", { class: "explorer-note", hidden: "" });
  const chosen = make("ul", { class: "explorer-chosen", "aria-label": "What is chosen" });
  const list = make("ol", { class: "explorer-rows", "aria-label": "Rows", tabindex: "-1" });
  const stars = make("select", { id: "explorer-stars" });
  const from = make("input", { type: "number", id: "explorer-from", inputmode: "numeric", min: "1900", max: "2100", step: "1" });
  const to = make("input", { type: "number", id: "explorer-to", inputmode: "numeric", min: "1900", max: "2100", step: "1" });
  const sort = make("select", { id: "explorer-sort" }, make("option", { value: "" }, "strongest first"), make("option", { value: "new" }, "newest first"));
  const clear = make("button", { type: "button", class: "quiet" }, "Clear all");
  const share = make("a", {}, "Link to this view");
  const before = make("button", { type: "button", class: "quiet" }, "Previous");
  const after = make("button", { type: "button", class: "quiet" }, "Next");
  const place = make("span", {});
  const starsSpoken = (number) => [make("span", { class: "stars", "aria-hidden": "true" }, "★".repeat(number) + "☆".repeat(5 - number)), make("span", { class: "visually-hidden" }, `${number} of 5 stars`)];
  const levelWords = (value) => `${value} ${data.words.level[value]}`;
  const labelOf = (facet, id) => (facet.name === "level" ? levelWords(facet.values[id]) : facet.values[id]);

  function facetBox(facet) {
    const summary = make("summary", {}, make("span", {}, TITLES[facet.name]), facet.told = make("span", { class: "told" }));
    const inside = make("fieldset", {}, make("legend", { class: "visually-hidden" }, TITLES[facet.name]));
    facet.box = make("details", { class: "facet", name: "explorer-facet" }, summary, inside);
    facet.lines = null;
    facet.box.addEventListener("toggle", () => {
      if (!facet.box.open) return;
      if (!facet.lines) fillFacet(facet, inside);
      showFacet(facet);
    });
    facet.box.addEventListener("focusout", (event) => { if (event.relatedTarget && !facet.box.contains(event.relatedTarget)) facet.box.open = false; });
    facet.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !facet.box.open) return;
      facet.box.open = false;
      summary.focus();
    });
    return facet.box;
  }
  function fillFacet(facet, inside) {
    const whole = new Map();
    const seen = new Set();
    for (const row of byStudy) {
      const study = studyOf[row];
      for (let at = facet.start[row]; at < facet.start[row + 1]; at += 1) {
        const pair = study * facet.values.length + facet.ids[at];
        if (!seen.has(pair)) { seen.add(pair); whole.set(facet.ids[at], (whole.get(facet.ids[at]) || 0) + 1); }
      }
    }
    const order = facet.values.map((_, id) => id);
    // Many values: those with the most studies first. Few stand in their own order.
    if (order.length > LONG) order.sort((a, b) => (whole.get(b) || 0) - (whole.get(a) || 0) || facet.values[a].localeCompare(facet.values[b]));
    facet.lines = order.map((id) => {
      const check = make("input", { type: "checkbox" });
      check.dataset.value = facet.values[id];
      const number = make("span", {});
      const unit = make("span", { class: "visually-hidden" });
      const other = make("span", { class: "other" });
      const line = make("li", {}, make("label", {}, check, make("span", {}, labelOf(facet, id), other), make("span", { class: "number" }, number, unit)));
      const names = facet.names ? [facet.values[id], ...data.values[facet.name][id][3].split(";")].filter(Boolean) : [];
      check.addEventListener("change", () => { facet.chosen[id] = check.checked ? 1 : 0; ask(); });
      return { id, line, check, number, unit, other, names };
    });
    const values = make("ul", {}, ...facet.lines.map((each) => each.line));
    if (order.length > LONG) {
      facet.find = make("input", { type: "search", placeholder: facet.names ? "Name, synonym or code" : "Words", "aria-label": `Find a ${TITLES[facet.name].toLowerCase()}` });
      facet.find.addEventListener("input", () => showFacet(facet));
      inside.append(facet.find);
    }
    inside.append(values);
  }
  function showFacet(facet) {
    if (!facet.lines || !facet.box.open) return;
    const wanted = facet.find ? folded(facet.find.value) : "";
    for (const { id, line, check, number, unit, other, names } of facet.lines) {
      const studies = facet.counts[id];
      if (check.checked !== (facet.chosen[id] === 1)) check.checked = facet.chosen[id] === 1;
      const match = !wanted || folded(facet.values[id]).includes(wanted) ? "" : names.find((name) => folded(name).includes(wanted));
      const hidden = match === undefined || (!studies && !check.checked);
      if (line.hidden !== hidden) line.hidden = hidden;
      if (hidden) continue;
      say(other, match ? ` (${match})` : "");
      say(number, grouped.format(studies));
      say(unit, studies === 1 ? " study" : " studies");
    }
  }
  function showControls() {
    stars.replaceChildren(...[0, 1, 2, 3, 4, 5].map((number) => make("option", { value: number, ...(number === question.stars ? { selected: "" } : {}) }, number ? `${"★".repeat(number)} (${count(hits.stars[number], "study", "studies")})` : "any number")));
    stars.value = String(question.stars);
    for (const [input, name] of [[from, "from"], [to, "to"]]) if (document.activeElement !== input) input.value = question[name] || "";
    sort.value = question.sort;
    const buttons = [];
    for (const facet of facets) {
      const some = facet.values.map((_, id) => id).filter((id) => facet.chosen[id]);
      facet.told.textContent = some.length > 1 ? `${some.length} chosen` : some.map((id) => facet.values[id]).join("");
      for (const id of some) {
        const button = make("button", { type: "button", class: "quiet", "aria-label": `Remove ${TITLES[facet.name].toLowerCase()}: ${labelOf(facet, id)}` }, labelOf(facet, id), make("span", { "aria-hidden": "true" }, " ×"));
        button.addEventListener("click", () => { facet.chosen[id] = 0; ask(); (chosen.querySelector("button") || facet.box.querySelector("summary")).focus(); });
        buttons.push(make("li", {}, button));
      }
    }
    chosen.replaceChildren(...buttons);
    chosen.hidden = !buttons.length;
    const words = address();
    clear.disabled = !words;
    share.href = `#${words}`;
    share.toggleAttribute("hidden", !words);
  }
  function rowLine(row) {
    const [table, id, label, study, about, measure, figure, counted, where] = shown(row);
    const { columns, values } = data;
    const link = where ? make("a", { href: siteRoot + where }, label) : make("span", {}, label);
    const head = make("p", { class: "head" }, link, " ", make("strong", {}, figure), counted ? ` ${counted}` : "");
    const what = make("p", {}, measure);
    const speaks = make("p", { class: "speaks" }, about);
    const pages = make("p", { class: "pages" });
    for (const name of Object.keys(PLURAL)) {
      for (const entry of listOf(columns[name][row])) {
        const [words, page] = values[name][entry];
        if (page) pages.append(pages.childNodes.length ? " · " : "Pages: ", make("a", { href: siteRoot + page }, words));
      }
    }
    const one = (name) => values[name][listOf(columns[name][row])[0]];
    const level = one("level");
    const direction = one("direction");
    const grade = make("p", { class: "grade" },
      make("span", { class: `level level-${level.toLowerCase()}` }, level), ` ${data.words.level[level]} `, ...starsSpoken(starsOf[row]), " ",
      make("span", { class: "sign", "aria-hidden": "true" }, data.words.direction[direction]), ` ${direction}: `, make("span", { class: "statement" }, data.tables[table][1]));
    const rest = [one("role"), one("evidence"), one("mechanism"), yearOf[row] || ""].filter(Boolean).join(" · ");
    const line = make("li", {}, head, what, speaks, ...(pages.childNodes.length ? [pages] : []), grade, make("p", { class: "rest" }, `${rest} · study ${study} · ${data.tables[table][0]}`));
    line.dataset.row = `${table}/${id}`;
    return line;
  }
  let turn = 0;
  async function showRows() {
    const mine = turn += 1;
    const pages = Math.max(1, Math.ceil(hits.rows.length / PAGE));
    question.page = Math.min(question.page, pages);
    const start = (question.page - 1) * PAGE;
    const rows = hits.rows.slice(start, start + PAGE);
    place.textContent = hits.rows.length ? `Rows ${start + 1} to ${start + rows.length} of ${grouped.format(hits.rows.length)}` : "";
    before.disabled = question.page === 1;
    after.disabled = question.page === pages;
    list.start = start + 1;
    if (!rows.every(shown)) {
      list.setAttribute("aria-busy", "true");
      await loadRows("rows", rows).catch(fail);
      if (mine !== turn || !rows.every(shown)) return; // the reader has asked something else in the meantime
    }
    list.replaceChildren(...rows.map(rowLine));
    list.removeAttribute("aria-busy");
  }
  const fail = () => { state.textContent = "A part of the rows could not be loaded, or has changed since. Load the page again."; };
  function show() {
    answer();
    showControls();
    facets.forEach(showFacet);
    const rows = hits.rows.length;
    state.textContent = rows ? `${of(hits.studies, data.studies, "study", "studies")}, ${of(rows, total, "row", "rows")}` : "No row has all of this. Take one choice back.";
    save.disabled = !rows;
    return showRows();
  }
  function ask(keepPage) {
    if (!keepPage) question.page = 1;
    note.hidden = true;
    const done = show();
    const words = address();
    history.replaceState(null, "", words ? `#${words}` : location.href.split("#")[0]);
    loadTheRest();
    return done;
  }
  // What a next choice may show is loaded, a part at a time, once the reader has made a first one.
  let resting = true;
  async function loadTheRest() {
    if (!resting) return;
    resting = false;
    for (let part = 1; part <= partOf(total - 1); part += 1) await load(`rows-${part}`).catch(() => {});
  }

  /* ---------- files ---------- */
  const quote = (text) => (/[",\r\n]/.test(text) ? `"${String(text).replaceAll('"', '""')}"` : String(text));
  const published = () => {
    const canonical = document.querySelector('link[rel="canonical"]');
    return new URL(siteRoot, canonical ? canonical.href : location.href).href;
  };
  function csv(rows) {
    const home = published();
    const names = (name, row) => listOf(data.columns[name][row]).map((id) => (name in PLURAL ? data.values[name][id][0] : data.values[name][id])).join(";");
    const head = ["table", "id", "study", "label", "drugs", "genes", "cancers", "mechanism", "year", ...data.cells, "address"];
    const lines = rows.map((row) => {
      const [table, id, label, study, , , , , where] = shown(row);
      const [, ...cells] = parts.get(`cells-${partOf(row)}`)[row % data.rows];
      return [table, id, study, label, ...["drug", "gene", "cancer", "mechanism"].map((name) => names(name, row)), yearOf[row] || "", ...cells, where ? home + where : ""];
    });
    return [head, ...lines].map((line) => line.map(quote).join(",")).join("\n") + "\n";
  }
  async function works(rows, form) {
    const numbers = [...new Set(rows.map((row) => parts.get(`cells-${partOf(row)}`)[row % data.rows][0]))].filter((number) => number >= 0).sort((a, b) => a - b);
    const part = (number) => `works-${Math.floor(number / data.works) + 1}`;
    await Promise.all([...new Set(numbers.map(part))].map(load));
    return numbers.map((number) => parts.get(part(number))[number % data.works][form]).join(form ? "\n" : "");
  }
  const KINDS = {
    "Rows (CSV)": ["evidence.csv", "text/csv", csv],
    "Works (RIS)": ["works.ris", "application/x-research-info-systems", (rows) => works(rows, 0)],
    "Works (BibTeX)": ["works.bib", "application/x-bibtex", (rows) => works(rows, 1)],
  };
  const save = make("fieldset", { class: "explorer-save" }, make("legend", {}, "Save what is chosen"));
  for (const [words, [name, type, made]] of Object.entries(KINDS)) {
    const button = make("button", { type: "button", class: "quiet" }, words);
    button.addEventListener("click", async () => {
      const rows = hits.rows;
      try {
        await Promise.all([loadRows("rows", rows), loadRows("cells", rows)]);
        const link = make("a", { href: URL.createObjectURL(new Blob([await made(rows)], { type: `${type};charset=utf-8` })), download: name });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      } catch { fail(); }
    });
    save.append(button);
  }

  /* ---------- begin ---------- */
  function build() {
    const field = (input, words) => make("div", { class: "field" }, make("label", { for: input.id }, words), input);
    const filters = make("form", { class: "explorer-filters", role: "search", "aria-label": "Evidence rows" }, ...facets.map(facetBox), field(stars, "Stars, at least"), field(from, "From year"), field(to, "To year"), field(sort, "Order"));
    filters.addEventListener("submit", (event) => event.preventDefault());
    stars.addEventListener("change", () => { question.stars = Number(stars.value); ask(); });
    sort.addEventListener("change", () => { question.sort = sort.value; ask(); });
    for (const [input, name] of [[from, "from"], [to, "to"]]) {
      input.addEventListener("input", () => {
        if (input.value && !/^\d{4}$/.test(input.value)) return; // a year that is still being typed
        question[name] = Number(input.value);
        ask();
      });
    }
    clear.addEventListener("click", () => {
      facets.forEach((facet) => facet.chosen.fill(0));
      Object.assign(question, { stars: 0, from: 0, to: 0, sort: "" });
      ask();
      facets[0].box.querySelector("summary").focus();
    });
    const step = async (by) => { question.page += by; await ask(true); list.focus({ preventScroll: true }); state.scrollIntoView({ block: "start" }); };
    before.addEventListener("click", () => step(-1));
    after.addEventListener("click", () => step(1));
    box.append(filters, chosen, note, state, make("div", { class: "explorer-tools" }, clear, share, save), list, make("nav", { class: "explorer-pages", "aria-label": "Pages of rows" }, before, place, after));
    // A panel closes when the reader goes on elsewhere.
    document.addEventListener("pointerdown", (event) => { for (const facet of facets) if (facet.box.open && !facet.box.contains(event.target)) facet.box.open = false; });
  }
  function begin() {
    const lost = readAddress();
    note.hidden = !lost.length;
    note.textContent = lost.length ? `The address names what no row has: ${lost.join(", ")}.` : "";
    return show();
  }
  load("index").then(() => {
    prepare();
    build();
    addEventListener("hashchange", () => { if (location.hash.includes("=") || !location.hash) begin(); });
    return begin();
  }).catch((error) => { state.textContent = "The rows could not be loaded. The lists below lead to them."; console.error(error); });
})();
