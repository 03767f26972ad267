"""What a page was made from, so that Sphinx reads it again when that, and only when that, has changed.

While a page is read, whoever uses something calls :func:`note` with its kind and key. :func:`digest` gives the state
of everything that a page used; ``outdated`` compares it with the state when the page was last read. States are
compared by value: a table whose file was written anew with the same rows has not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from resistance.book.pages import read_page
from resistance.evidence.cells import Row, split_list
from resistance.evidence.claims import SIDES
from resistance.paths import root
from resistance.site import data

Uses = dict[str, dict[str, None]]  # keys by kind, in the order of their use


def note(env: Any, kind: str, key: str) -> None:
    """Remember that the page being read (``env.docname``) used ``key`` of a registered kind.

    Raises
    ------
    KeyError
        If nobody has registered the kind.
    """
    if kind not in _STATES:
        raise KeyError(f"nothing says how a {kind!r} changes; register it in resistance.site.used")
    pages(env).setdefault(env.docname, {}).setdefault(kind, {})[key] = None


def pages(env: Any) -> dict[str, Uses]:
    """What each page used, by document name; kept with Sphinx's environment."""
    if not hasattr(env, "resistance_used"):
        env.resistance_used = {}
    return env.resistance_used


def keys(env: Any, page: str, kind: str) -> list[str]:
    """Keys of one kind that a page used, in the order of their first use."""
    return list(pages(env).get(page, {}).get(kind, {}))


def register(kind: str, compared: Callable[[str], Any]) -> None:
    """Say how things of a kind are compared: ``compared(key)`` has a stable ``repr`` and does not raise."""
    _STATES[kind] = compared


def state(kind: str, key: str) -> Any:
    """What things of a kind are compared by."""
    return _STATES[kind](key)


class Digests:
    """Digests of what pages used, each thing looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def of(self, uses: Uses) -> str:
        """One digest of all that a page used."""
        total = sha256()
        for kind in sorted(uses):
            for key in sorted(uses[kind]):
                total.update(f"{kind}\0{key}\0{self._one(kind, key)}\n".encode())
        return total.hexdigest()

    def _one(self, kind: str, key: str) -> str:
        found = self._known.get((kind, key))
        if found is None:
            # A kind that no module registers any more was used by code that is gone: the page is read again.
            now = state(kind, key) if kind in _STATES else object()
            found = self._known[kind, key] = sha256(repr(now).encode()).hexdigest()
        return found


def forget_page(app: Any, env: Any, docname: str) -> None:
    """A page that is about to be read, or is gone, used nothing (``env-purge-doc``)."""
    pages(env).pop(docname, None)


def merge(app: Any, env: Any, docnames: Iterable[str], other: Any) -> None:
    """Take what a parallel reader noted (``env-merge-info``)."""
    for docname in docnames:
        if docname in pages(other):
            pages(env)[docname] = pages(other)[docname]


def plain(row: Row | None) -> Any:
    """Cells of a row without its place in the file, which may move."""
    return None if row is None else {name: value for name, value in row.items() if not name.startswith("_")}


def _schema(table: str) -> Any:
    return data.current().schema_text(table)


def _row(ref: str) -> Any:
    table, _, identifier = ref.rpartition("/")
    place = data.current().row_places.get(identifier)
    if table:
        found = data.current().evidence_rows.get(ref)
        place = (table, found) if found is not None else place if place and place[0] == table else None
    return place and (place[0], plain(place[1]), _schema(place[0]))


def _table(table: str) -> Any:
    return _schema(table), [plain(row) for row in data.current().rows(table)]


def _chapter_rows(key: str) -> Any:
    table, _, chapter = key.partition(":")
    return [plain(row) for row in data.current().rows_by(table, "chapter").get(chapter, [])]


def _work(key: str) -> Any:
    book = data.current()
    entry = book.library.by_key.get(key)
    fields = entry and (entry.type, {name: entry.raw(name) for name in entry.field_names})
    return fields, plain(book.snapshot.get(key))


def _claim(identifier: str) -> Any:
    book = data.current()
    claim = book.claims.get(identifier)
    if claim is None:
        return None
    rows = [_row(ref) for side in SIDES for ref in split_list(claim[side])]
    status = [(book.snapshot.get(key) or {}).get("status") for key in split_list(claim["sources"])]
    searches = book.rows_by("counter_searches", "claims", is_list=True).get(identifier, [])
    waived = book.rows_by("waived_rows", "claim").get(identifier, [])
    return plain(claim), rows, status, [plain(row) for row in searches], [plain(row) for row in waived]


def _front(docname: str) -> Any:
    path = root() / f"{docname}.md"
    return read_page(root(), docname).metadata if path.is_file() else None


def _file(name: str) -> Any:
    path = root() / name
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None


_STATES: dict[str, Callable[[str], Any]] = {
    "chapter-rows": _chapter_rows,
    "claim": _claim,
    "file": _file,
    "front": _front,
    "page": lambda docname: docname in data.current().contents,
    "row": _row,
    "schema": _schema,
    "table": _table,
    "work": _work,
}
