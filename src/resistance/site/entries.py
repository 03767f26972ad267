"""Pages of drugs, genes and cancers: made from the data when all pages are read, written where they have changed.

Their text is put together in every build, which is quick; the frame around it (head, navigation, footer) is not, and is
drawn only for a page whose text or frame differs from that of the last build. So no page is ever out of date.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from resistance.book.contents import read_parts
from resistance.evidence.cells import Row
from resistance.evidence.vocabulary import INDEX, KINDS
from resistance.paths import root
from resistance.site import data, outdated, row_links, sentences, used, written
from resistance.site.entry_indexes import has, index_page
from resistance.site.entry_pages import EntryPages
from resistance.site.entry_parts import PLURAL, Page
from resistance.site.entry_rows import Pieces
from resistance.site.last_build import PREVIEW

_RECORD = "entries.json"  # beside the doctrees: the state in which each page was written
_MODEL_TABLES = {"model_parameters": "meaning", "model_checks": "quantity"}


def kinds() -> list[str]:
    """Kinds that have an index: those of whose entries one lists a row."""
    return [kind for kind in KINDS if kind in data.current().index.vocabularies and has(kind)]


used.register("kinds of entries", lambda _: [(kind, len(data.current().index.with_rows(kind))) for kind in kinds()])


def collect(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Pages to write: their text or frame has changed, or they are not there (``html-collect-pages``)."""
    app.builder.resistance_entries = []
    one_page = "index" not in app.env.found_docs or len(app.env.found_docs) == 1  # built by itself, to look at it
    if app.builder.name not in ("html", "dirhtml") or one_page:
        return
    record, out = Path(app.doctreedir) / _RECORD, Path(app.builder.outdir)
    before = written.remembered(record)
    now: dict[str, dict[str, Any]] = {}
    frames = {depth: navigation(app, depth) for depth in (1, 2)}
    around = _digest(
        data.current().once("code", outdated.code_digest), os.environ.get(PREVIEW, ""), kinds(),
        [frame() for frame in frames.values()],
    )  # fmt: skip
    for name, state, make in _makers(app):
        last, state = before.get(name, {}), _digest(around, state)
        if last.get("state") == state and all((out / f"{page}.html").is_file() for page in last["pages"]):
            now[name] = last
            continue
        now[name] = {"state": state, "pages": {}}
        for page in make():
            digest = now[name]["pages"][page.name] = _digest(around, page)
            if last.get("pages", {}).get(page.name) == digest and (out / f"{page.name}.html").is_file():
                continue
            context: dict[str, Any] = {"title": page.title, "body": page.body, "generated": page.description}
            context["toctree"] = frames[page.name.count("/")]
            yield page.name, context, "page.html"
    app.builder.resistance_entries = [page for entry in now.values() for page in entry["pages"]]
    written.put(record, json.dumps(now))


def _digest(*parts: Any) -> str:
    return sha256(repr(parts).encode()).hexdigest()


def names(app: Any) -> list[str]:
    """Names of the pages of entries, without suffix, as this build has made them."""
    return list(getattr(app.builder, "resistance_entries", ()))


def _makers(app: Any) -> Iterator[tuple[str, Any, Callable[[], Iterable[Page]]]]:
    """Each list and entry: its name, what its pages are made from, and what makes them."""
    made = {depth: Pieces(app, depth) for depth in (1, 2)}
    book, said = data.current(), sentences.naming(app)
    titles = sorted((name, title.astext()) for name, title in app.env.titles.items() if name in app.env.found_docs)
    # What no page of an entry is made without: the data, where rows and claims stand, what pages are called.
    shared = _digest(outdated.data_digest(), book.contents, titles, row_links.pages_of_rows(app.env))

    def models() -> dict[tuple[str, str], dict[tuple[str, str], list[tuple[str, Row]]]]:
        return book.once("models of entries", lambda: _models(app))

    for kind in kinds():
        yield f"{kind}/{INDEX}", shared, lambda kind=kind: [index_page(kind, made[1])]
        for entry in book.index.with_rows(kind):
            mine = said.get(entry.key, [])
            yield (
                entry.address,
                (shared, mine),
                lambda entry=entry, mine=mine: EntryPages(
                    entry, made.__getitem__, mine, models().get(entry.key, {})
                ).pages(),
            )


def _models(app: Any) -> dict[tuple[str, str], dict[tuple[str, str], list[tuple[str, Row]]]]:
    """Parameters and checks that name an entry, by kind and name, then by chapter and code of the model."""
    found: dict[tuple[str, str], dict[tuple[str, str], list[tuple[str, Row]]]] = {}
    rows = {table: data.current().rows(table) for table in _MODEL_TABLES}
    texts = {table: [row[_MODEL_TABLES[table]] for row in of] for table, of in rows.items()}
    for table, named in sentences.names_in(app, "models", texts).items():
        for number, keys in named:
            row = rows[table][number]
            for key in keys:
                found.setdefault(key, {}).setdefault((row["chapter"], row["model"]), []).append((table, row))
    return found


def navigation(app: Any, depth: int) -> Callable[..., str]:
    """Gives the parts of the book by their first page, as the theme asks: all pages would be most of a short page."""
    up, lines = "../" * depth, []
    for caption, docnames in read_parts(root()):
        first = next((name for name in docnames if name in app.env.titles), None)
        if first:
            link = f'<a class="reference internal" href="{up}{first}.html">{escape(caption)}</a>'
            lines.append(f'<li class="toctree-l1">{link}</li>')
    title = '<p class="caption" role="heading"><span class="caption-text">Parts of the book</span></p>'
    html = f"{title}<ul>{''.join(lines)}</ul>"
    return lambda **_: html


class LookUpDirective(SphinxDirective):
    """``{look-up}``: links to the lists of drugs, genes and cancers, with how many there are."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """A list with one item a kind; nothing where no row names an entry."""
        used.note(self.env, "kinds of entries", "")
        up = "../" * self.env.docname.count("/")
        found = nodes.bullet_list(bullet="-", classes=["look-up"])
        for kind in kinds():
            link = nodes.reference("", PLURAL[kind], refuri=f"{up}{kind}/{INDEX}.html", internal=True)
            count = f" ({len(data.current().index.with_rows(kind))})"
            found += nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(count)))
        return [found] if found.children else []


def setup(app: Any) -> None:
    """Register the pages, what they are made of, and the directive that leads to them."""
    app.add_directive("look-up", LookUpDirective)
    app.connect("doctree-read", sentences.note, priority=950)
    app.connect("html-collect-pages", collect)
