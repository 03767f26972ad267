"""Every address of another host that the book's files name, and the first places where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from resistance.csv_text import RecordError, records

# Documents of the repository, pages, tables and bibliography; what is built is made from these.
_FILES = ("*.md", "*.cff", "chapters/**/*.md", "data/**/*.csv", "references.bib")
_ADDRESS = re.compile(r"https?://[^\s\"'<>`{}|\\^]+")
# Names that stand for others in examples and placeholders; nothing answers there.
_EXAMPLES = re.compile(r"(^|\.)example\.(org|com|net|github\.io)$|^localhost$|^127\.|^mybinder\.org$")
_PLACEHOLDER = "://github.com/example/"
# Whether a work's DOI is registered is asked by `resistance references refresh`, at the registry itself.
_REGISTRIES = ("doi.org", "dx.doi.org")
_NEXT_CELL = re.compile(r",(?=20\d\d-\d\d-\d\d)")  # of a row that a document shows
_PLACES = 3  # that are told of one address


def gather(root: Path) -> dict[str, list[str]]:
    """Places (``path:line``) of each address, in the order of the addresses; without anchors, examples and DOIs."""
    found: dict[str, list[str]] = {}
    for path in sorted({path for pattern in _FILES for path in root.glob(pattern) if path.is_file()}):
        name = path.relative_to(root).as_posix()
        for line, text in _texts(path):
            for address in addresses(text):
                places = found.setdefault(address, [])
                if len(places) < _PLACES:
                    places.append(f"{name}:{line}")
    return dict(sorted(found.items()))


def addresses(text: str) -> Iterator[str]:
    """Addresses of other hosts in a text, without what Markdown or a sentence puts behind them."""
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?*_")
        # A bracket belongs to the address if it was opened within.
        while address[-1:] in (")", "]") and address.count(address[-1]) > address.count("(["[address[-1] == "]"]):
            address = address[:-1].rstrip(".,;:!?*_")
        address = urldefrag(_NEXT_CELL.split(address)[0]).url
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            continue
        if "." in host and not _EXAMPLES.search(host) and host not in _REGISTRIES and _PLACEHOLDER not in address:
            yield address


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a document, or cells of a table, each with its line."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".csv":
        yield from enumerate(text.split("\n"), start=1)
        return
    try:
        for line, cells in records(text):
            yield from ((line, cell) for cell in cells)
    except RecordError:
        return  # a table that cannot be read is an error of `make check`
