"""Search: lists of what can be found, which the page of search reads when the first letter is typed.

Each list is a script that hands its entries to the page, so that search works from a disk and without a server; the
words are looked up in the browser by MiniSearch, which is kept in ``static/vendor``. Sphinx's own index is not made:
it knows pages only, and no misspelt word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from resistance.book.pages import read_page
from resistance.paths import root
from resistance.site import data, entries, letters, row_links, sentences, written
from resistance.site.citations import index_anchor
from resistance.site.entry_parts import kind_of
from resistance.site.row_cards import about

FOLDER = "_static/search"
# In the order in which they are loaded and shown.
KINDS = ("entries", "pages", "claims", "sentences", "rows", "works")
PAGE = "search"  # as an address of this page is seen from the search page
Listed = tuple[str, ...]


def collect(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write the lists and give the page that searches them (``html-collect-pages``, after the pages of entries)."""
    if app.builder.name not in ("html", "dirhtml") or "index" not in app.env.found_docs:  # one page by itself
        return
    state = sha256()
    for kind in KINDS:
        text = f"reviewSearch({json.dumps(kind)},{_packed(list(_MAKE[kind](app)))});\n"
        state.update(text.encode())
        written.put(Path(app.builder.outdir) / FOLDER / f"{kind}.js", text)
    context = {"title": "Search", "body": "", "search_kinds": " ".join(KINDS), "search_state": state.hexdigest()[:10]}
    yield PAGE, context, "search.html"


def _packed(listed: list[Listed]) -> str:
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in listed)
    return f"[\n{lines}\n]".replace("\u2028", " ").replace("\u2029", " ")


def _entries(app: Any) -> Iterator[Listed]:
    """Drugs, genes and cancers with all their names; those without a row have no page."""
    index = data.current().index
    for kind in entries.kinds():
        for entry in index.with_rows(kind):
            told = [
                str(entry.row[column])
                for column in ("class", "target", "full_name", "broader")
                if entry.row.get(column)
            ]
            others = f"also {', '.join(entry.names[1:])}" if entry.names[1:] else ""
            words = "; ".join(part.replace(";", ", ") for part in [kind_of(entry), *told, others] if part)
            yield entry.address, entry.name, words, *entry.names[1:]


def _pages(app: Any) -> Iterator[Listed]:
    for page in data.current().contents:
        if page in app.env.titles:
            review = read_page(root(), page).review
            question = review.get("question", "") if isinstance(review, dict) else ""
            yield f"{page}.html", app.env.titles[page].astext(), str(question)


def _claims(app: Any) -> Iterator[Listed]:
    for claim in data.current().rows("claims"):
        chapter = f"chapters/{claim['chapter']}"
        address = row_links.address(app.builder, PAGE, f"{row_links.SAID}/{claim['id']}") or f"{chapter}.html"
        yield address, _title(app, chapter), claim["claim"]


def _sentences(app: Any) -> Iterator[Listed]:
    for page in data.current().contents:
        for said in sentences.sentences(app.env, page):
            yield f"{page}.html#{said.section}", f"{_title(app, page)}: {said.heading}", said.text


def _rows(app: Any) -> Iterator[Listed]:
    for item in data.current().index.items:
        address = row_links.address(app.builder, PAGE, item.ref)
        if address:
            row = item.row
            yield address, f"{row['label']}: {row['measure']}", f"{item.figure}; {about(item.schema, row)}"


def _works(app: Any) -> Iterator[Listed]:
    for key in letters.keys_by_letter()[""]:
        work = data.current().printed(key)
        page = letters.page_of(key)
        if work is not None and page in app.env.found_docs:
            title = data.current().library.by_key[key].text("title")
            yield f"{page}.html#{index_anchor(key)}", title, work.text.replace(title, "").replace(" . ", " ")


def _title(app: Any, page: str) -> str:
    return app.env.titles[page].astext() if page in app.env.titles else page


_MAKE = {
    "entries": _entries,
    "pages": _pages,
    "claims": _claims,
    "sentences": _sentences,
    "rows": _rows,
    "works": _works,
}
