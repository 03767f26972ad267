"""Which pages are read or written again though their own text has not changed.

A page is **read** again if its source, its results or anything that it used (see ``used``) has changed, or the code
that draws all pages. It is **written** again, from what was read before, if what stands around or beside its text has
changed: titles and order of the pages in the navigation, numbers and titles of what it refers to, the works of all
pages where it lists them. So a warm build gives the same bytes as a cold one, and no more pages are touched than need.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes

from resistance import private
from resistance.book.contents import CONTENTS
from resistance.paths import root
from resistance.site import data, row_links, used, written
from resistance.site.last_build import INCLUDED, PREVIEW
from resistance.site.reference_index import cited_by_letter
from resistance.site.shares import dealt

PACKAGE = Path(__file__).resolve().parents[1]
# Code that draws pages, and what configures it: a change may change any page.
_CODE = ("site", "show", "evidence", "references", "book")
_SETTINGS = ("_config.yml", "requirements.txt")


def start(app: Any) -> None:
    """Forget what the last build in this process read (``builder-inited``)."""
    data.forget()
    for name in ("resistance_read", "resistance_around"):
        if not hasattr(app.env, name):
            setattr(app.env, name, {})


def read_before_forking(app: Any, env: Any, docnames: list[str]) -> None:
    """Read the book's files once for all processes that will read pages, and deal these out (``env-before-read-docs``).

    ``docnames`` is put into another order in place, as Sphinx allows.
    """
    if len(docnames) > 1 and app.parallel > 1:
        data.current().read_all()
        sizes = {name: Path(env.doc2path(name)).stat().st_size for name in docnames}
        docnames[:] = dealt(docnames, sizes, private.pieces(len(docnames), app.parallel), app.parallel)


def deal_out_writing(app: Any) -> None:
    """Deal out the pages to the processes that write them (``builder-inited``); the first is written before all."""

    def order(docnames: list[str], processes: int) -> list[str]:
        sizes = {name: (Path(app.doctreedir) / f"{name}.doctree").stat().st_size for name in docnames}
        first = min(docnames, key=lambda name: (sizes[name], name))
        others = [name for name in docnames if name != first]
        return [first, *dealt(others, sizes, private.pieces(len(others), processes), processes)]

    private.order_of_writing(app.builder, order)


def changed_pages(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> Iterable[str]:
    """Pages to read again: their source, results or what they used differ (``env-get-outdated``)."""
    now = _states(env)
    # Sphinx goes by dates, and would read a page for ever again if one of its files has a date in the future.
    changed -= {page for page, state in now.items() if env.resistance_read.get(page) == state}
    return {page for page, state in now.items() if env.resistance_read.get(page, state) != state}


def remember(app: Any, env: Any) -> Iterable[str]:
    """After reading: keep the state of each page, and name those to write again (``env-get-updated``).

    The landing page is always among them: with nothing to write Sphinx would not refresh the files beside the pages.
    """
    env.resistance_read = _states(env)
    note_included(app, env)
    around = _surroundings(env)
    before, env.resistance_around = env.resistance_around, around
    return {page for page, state in around.items() if before.get(page) != state} | {app.config.root_doc}


def note_links(app: Any, doctree: nodes.document) -> None:
    """Remember where a page refers to, for numbers and titles may change elsewhere, and what in it has a number.

    Handler of ``doctree-read``.
    """
    targets = {
        (str(node.get("refdomain")), str(node.get("reftype")), str(node.get("reftarget")))
        for node in doctree.findall(addnodes.pending_xref)
    }
    page = app.env.docname
    if any(True for _ in doctree.findall(addnodes.toctree)):
        used.note(app.env, "file", CONTENTS)  # it may call the pages below this one otherwise than they do
    app.env.metadata[page]["resistance_links"] = sorted(targets)
    app.env.metadata[page][private.OUTLINE] = private.outline(doctree, app.env)
    # The header of every chapter counts its model checks.
    used.note(app.env, "chapter-rows", f"model_checks:{page.removeprefix('chapters/')}")
    used.note(app.env, "freshness", page)


def _states(env: Any) -> dict[str, str]:
    code = data.current().once("code", code_digest)
    digests = data.current().once("digests", used.Digests)  # the same before and after reading, for files are read once
    empty: used.Uses = {}
    return {
        page: f"{code}:{_page_digest(env, page)}:{digests.of(used.pages(env).get(page, empty))}"
        for page in env.found_docs
    }


def code_digest() -> str:
    """Digest of the code and settings that every page is made with."""
    files = [path for name in _CODE for path in sorted((PACKAGE / name).rglob("*")) if path.is_file()]
    kept = [path for path in files if path.suffix not in (".pyc", ".png")]
    own = digest([*kept, *sorted(PACKAGE.glob("*.py"))], relative_to=PACKAGE)
    return own + digest([root() / name for name in _SETTINGS], relative_to=root())


def data_digest() -> str:
    """Digest of the tables, their schemas and the bibliography, as their files are."""
    sources = [path for path in sorted((root() / "data").rglob("*")) if path.is_file()]
    return data.current().once("data", lambda: digest([*sources, root() / "references.bib"], relative_to=root()))


def _page_digest(env: Any, page: str) -> str:
    """Source of the page, and what its execution was made from: its manifest, which the executor writes."""
    manifest = root() / "_build" / "manifests" / f"{page.removeprefix('chapters/')}.json"
    return digest([Path(env.doc2path(page)), manifest, *_taken_in(env, page)], relative_to=root())


def _taken_in(env: Any, page: str) -> list[Path]:
    """Files of the project that a page takes in, by ``{include}``, ``{literalinclude}`` and the like."""
    paths = sorted({Path(os.path.abspath(Path(env.srcdir) / name)) for name in env.dependencies.get(page, ())})
    return [path for path in paths if path.is_relative_to(root()) and "_build" not in path.parts]


def note_included(app: Any, env: Any) -> None:
    """Write down what the pages take in, for the next build asks for it before it has read anything."""
    names = {path.relative_to(root()).as_posix() for page in env.found_docs for path in _taken_in(env, page)}
    written.put(Path(app.doctreedir) / INCLUDED, json.dumps(sorted(names)))


def digest(paths: Iterable[Path], relative_to: Path) -> str:
    """Digest of the names and contents of files; a file that is not there counts as such."""
    total = sha256()
    for path in paths:
        content = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        total.update(f"{path.relative_to(relative_to).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def _surroundings(env: Any) -> dict[str, str]:
    """What each page shows that is not its own."""
    titles = sorted((name, title.astext()) for name, title in env.titles.items() if name in env.found_docs)
    # A preview's pages load again by themselves, those of the site do not.
    shared = repr(
        (
            titles,
            _navigation(env),
            [kind for kind, _ in used.state("kinds of entries", "")],
            os.environ.get(PREVIEW, ""),
        )
    )
    places, cited = row_links.pages_of_rows(env), cited_by_letter(env)
    found = {}
    for page in env.found_docs:
        targets = env.metadata.get(page, {}).get("resistance_links", [])
        parts = [shared, *(repr(_target(env, *target)) for target in targets)]
        parts.append(repr(row_links.targets(env, page, places)))
        parts += [repr(cited.get(letter, {})) for letter in used.keys(env, page, "index")]
        found[page] = sha256("\n".join(parts).encode()).hexdigest()
    return found


def _navigation(env: Any) -> list[Any]:
    """Captions, order and titles of the pages as the contents name them, by the page under which they stand."""
    return [
        (page, [(tree["caption"], tree["entries"]) for tree in contents.findall(addnodes.toctree)])
        for page, contents in sorted(env.tocs.items())
        if page in env.toctree_includes
    ]


def _target(env: Any, domain: str, kind: str, name: str) -> Any:
    """What a reference to a label or a heading of another page shows: its place, its words, its number."""
    std = env.get_domain("std")
    place = std.labels.get(name) or std.anonlabels.get(name)
    if place is None:
        document = name.partition("#")[0].strip("/").removesuffix(".md")
        return name, sorted(env.metadata.get(document, {}).get("myst_slugs", {}))
    numbers = env.toc_fignumbers.get(place[0], {})
    own = {figure: ids[place[1]] for figure, ids in numbers.items() if place[1] in ids}
    return place, own, env.toc_secnumbers.get(place[0], {}).get(f"#{place[1]}")
