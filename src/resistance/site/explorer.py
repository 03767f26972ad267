"""``{explorer}``: all evidence rows, filtered by a script; ``{explorer-lists}``: lists that need none."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from resistance.evidence.sides import study_count
from resistance.evidence.strategies import MECHANISMS
from resistance.site import data, entries, explorer_files, row_links, used, written

SCRIPT = "explorer.js"
_MARK = "resistance_explorer"  # in the metadata of the page that has it
# The script fills the box; it is as high as the window from the start, so that nothing that is in view moves.
_BOX = (
    '<div class="explorer needs-js" data-version="{version}"><p>Numbers beside a choice count studies, each once. '
    "The address of the page says what is chosen, so that a view can be sent.</p>"
    '<p class="explorer-state" role="status">Loading the rows …</p></div>'
)


class Listed(NamedTuple):
    """A table under a mechanism: how much of it is there, and its first row."""

    mechanism: str
    title: str
    studies: int
    rows: int
    first: str


def listed() -> list[Listed]:
    """Tables under each mechanism, in the order of the map, those with the most studies first."""
    held: dict[tuple[str, str], list[Any]] = {}
    for item in data.current().index.items:
        held.setdefault((item.mechanism, item.table), []).append(item)
    found = [
        Listed(
            mechanism,
            items[0].schema.title,
            len({item.row["study"] for item in items}),
            len(items),
            items[0].ref,
        )
        for (mechanism, _), items in held.items()
    ]
    order = {name: position for position, name in enumerate(MECHANISMS)}
    return sorted(found, key=lambda each: (order.get(each.mechanism, len(order)), -each.studies, each.title))


def studies_of(mechanism: str) -> int:
    """Studies with a row under a mechanism, each once."""
    return len({item.row["study"] for item in data.current().index.items if item.mechanism == mechanism})


def version() -> str:
    """Changes with the rows and works, so that a browser does not join what it kept of them to what is new."""
    total = sha256(str(used.state("file", "references.bib")).encode())
    for item in data.current().index.items:
        total.update(
            repr((item.ref, item.row["_text"], item.mechanism, item.year, sorted(item.listed.items()))).encode()
        )
    return total.hexdigest()[:12]


class ExplorerDirective(SphinxDirective):
    """The box that the script fills."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """The box; without a script it is hidden."""
        used.note(self.env, "explorer rows", "")
        self.env.metadata[self.env.docname][_MARK] = True
        return [nodes.raw("", _BOX.format(version=version()), format="html")]


class ExplorerListsDirective(SphinxDirective):
    """Every mechanism with its tables, each a link to its first row there."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """A caption and a list for each mechanism."""
        used.note(self.env, "explorer", "")
        result: list[nodes.Node] = []
        found = listed()
        for mechanism in dict.fromkeys(each.mechanism for each in found):
            title = mechanism[:1].upper() + mechanism[1:] if mechanism else "Other"
            words = f"{title} ({study_count(studies_of(mechanism))})"
            result.append(nodes.paragraph("", "", nodes.strong("", words), classes=["part-caption"]))
            items = nodes.bullet_list(bullet="-")
            items += [self._line(each) for each in found if each.mechanism == mechanism]
            result.append(items)
        return result

    def _line(self, each: Listed) -> nodes.Node:
        link = row_links.link(self.env, each.first, nodes.Text(each.title))
        rows = f"{each.rows} row{'s' if each.rows != 1 else ''}"
        return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(f": {study_count(each.studies)}, {rows}")))


def scripts_of(app: Sphinx, pagename: str) -> list[str]:
    """Scripts that a page has beside that of all pages."""
    return [f"_static/{SCRIPT}"] if app.env.metadata.get(pagename, {}).get(_MARK) else []


def publish(app: Sphinx, out: Path) -> None:
    """Write what the explorer loads, or remove it from a book without one."""
    folder = out / explorer_files.FOLDER
    files: dict[str, str] = {}
    if any(app.env.metadata.get(page, {}).get(_MARK) for page in app.env.found_docs):
        book = data.current()
        places = row_links.pages_of_rows(app.env)

        def place_of(item: Any) -> str:
            pages = places.get(item.ref)
            return f"{pages[0]}.html#{row_links.anchor(item.table, item.row['id'])}" if pages else ""

        with_pages = {f"{name}.html" for name in entries.names(app)}
        files = explorer_files.scripts(book.index, book.library.by_key, place_of, with_pages.__contains__)
    for name, text in files.items():
        written.put(folder / name, text)
    for path in folder.glob("*"):
        if path.name not in files:
            path.unlink()


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("explorer", ExplorerDirective)
    app.add_directive("explorer-lists", ExplorerListsDirective)


used.register("explorer rows", lambda _: version())
used.register("explorer", lambda _: [(each, studies_of(each.mechanism)) for each in listed()])
