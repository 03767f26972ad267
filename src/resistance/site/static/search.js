/* The page of search: loads the lists when there is something to look for, and looks in each of them.
   Lists are scripts, not requests, so that all of it works from a disk. */
(() => {
  "use strict";
  const box = document.getElementById("search-words");
  const results = document.getElementById("search-results");
  const status = document.getElementById("search-status");
  if (!box || !results || !window.MiniSearch) return;
  const NAMES = {
    entries: "Drugs, genes and cancers", pages: "Pages", claims: "Claims",
    sentences: "Sentences of the chapters", rows: "Evidence rows", works: "Works",
  };
  const FIRST = 5, MOST = 60;
  const STOP = new Set("a an and are as at by for from in is it of on or that the to was were with".split(" "));
  const kinds = results.dataset.kinds.split(" ");
  const indexes = new Map(), whole = new Set();
  let begun = false, asked = 0;

  // "5-FU", "5 FU" and "5FU" are one drug, "P-gp" and "Pgp" one pump: a word with a hyphen counts joined and in parts.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const tokens = (text) => (plain(text).match(/[\p{L}\p{N}+]+(?:[-‐‑][\p{L}\p{N}+]+)*/gu) || []).flatMap((word) => {
    const parts = word.split(/[-‐‑]/);
    return parts.length > 1 ? [parts.join(""), ...parts] : parts;
  });
  const sought = (text) => (plain(text).match(/[\p{L}\p{N}+]+(?:[-‐‑][\p{L}\p{N}+]+)*/gu) || [])
    .map((word) => word.replace(/[-‐‑]/g, ""));
  const term = (word) => (STOP.has(word) ? null : word);

  window.reviewSearch = (kind, list) => {
    const index = new MiniSearch({
      fields: ["title", "text", "names"],
      storeFields: ["address", "title", "text", "names"],
      tokenize: tokens,
      processTerm: term,
      searchOptions: { tokenize: sought, processTerm: term, combineWith: "AND", boost: { title: 3, names: 3 } },
    });
    const documents = list.map(([address, title, text, ...names], id) => ({ id, address, title, text, names: names.join(" · ") }));
    index.addAllAsync(documents, { chunkSize: 400 }).then(() => {
      indexes.set(kind, index);
      look();
    });
  };
  const begin = () => {
    if (begun) return;
    begun = true;
    const home = document.documentElement.dataset.content_root || "./";
    for (const kind of kinds) {
      const script = document.createElement("script");
      script.src = `${home}_static/search/${kind}.js?v=${results.dataset.state}`;
      script.async = false;
      script.onerror = () => { status.textContent = `The list of ${NAMES[kind].toLowerCase()} did not load.`; };
      document.head.append(script);
    }
  };

  // Whole words first; then words that begin so; then misspelt ones. So nothing near hides what was meant.
  const find = (index, words) => {
    for (const options of [{}, { prefix: (t) => t.length > 1 }, { prefix: (t) => t.length > 3, fuzzy: (t) => (t.length > 4 ? 0.25 : false) }]) {
      const found = index.search(words, options);
      if (found.length) return found;
    }
    return [];
  };
  const exact = (words) => {
    const wanted = sought(words).join("");
    return (hit) => [hit.title, ...hit.names.split(" · ")].some((name) => sought(name).join("") === wanted);
  };

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const marked = (text, terms) => {
    const seen = new Set(terms);
    return text.split(/([\p{L}\p{N}+‐‑-]+)/u).map((part, number) =>
      number % 2 && tokens(part).some((word) => seen.has(word)) ? make("mark", {}, part) : part);
  };
  const item = (hit) => {
    const line = make("li", {}, make("a", { href: hit.address }, ...marked(hit.title, hit.terms)));
    if (hit.text) line.append(make("p", {}, ...marked(hit.text, hit.terms)));
    return line;
  };
  const group = (kind, found) => {
    const shown = found.slice(0, whole.has(kind) ? MOST : FIRST);
    const heading = make("h2", {}, NAMES[kind], " ", make("span", { className: "n" }, String(found.length)));
    const part = make("section", { className: "found" }, heading, make("ul", {}, ...shown.map(item)));
    part.dataset.kind = kind;
    if (found.length > shown.length && !whole.has(kind)) {
      const more = make("button", { type: "button", className: "quiet" }, `Show ${Math.min(MOST, found.length)} of ${found.length}`);
      more.addEventListener("click", () => {
        whole.add(kind);
        look();
        results.querySelectorAll(`[data-kind=${kind}] a`)[FIRST]?.focus();
      });
      part.append(more);
    }
    return part;
  };

  function look() {
    const words = box.value.trim(), started = performance.now();
    if (!words) {
      results.replaceChildren();
      status.textContent = "";
      return;
    }
    begin();
    const parts = [];
    let total = 0, entry = null;
    for (const kind of kinds) {
      const index = indexes.get(kind);
      let found = index ? find(index, words) : [];
      if (kind === "entries") {
        const same = exact(words);
        found = [...found.filter(same), ...found.filter((hit) => !same(hit))];
        if (found.length && same(found[0])) entry = found[0];
      } else if (index && entry) { // what is written under its own name, after what is written as it was asked
        const known = new Set(found.map((hit) => hit.id));
        found = [...found, ...index.search(entry.title).filter((hit) => !known.has(hit.id))];
      }
      total += found.length;
      if (found.length) parts.push(group(kind, found));
    }
    results.replaceChildren(...parts);
    results.dataset.took = (performance.now() - started).toFixed(1);
    const loading = indexes.size < kinds.length;
    results.dataset.ready = String(!loading);
    status.textContent = loading ? "Looking …" : total ? `${total} found for “${words}”${entry && entry.title.toLowerCase() !== words.toLowerCase() ? `, also as ${entry.title}` : ""}.` : `Nothing was found for “${words}”. Try fewer words, or another name.`;
  }
  const typed = () => {
    whole.clear();
    look();
    const query = box.value.trim();
    try {
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    } catch { /* a page on a disk may keep its address */ }
  };
  box.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(typed, 100);
  });
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed();
  });
  box.value = new URLSearchParams(location.search).get("q") || "";
  look();
  if (!box.value) box.focus();
})();
