"""The lists of all drugs, genes and cancers: by letter, with every other name in its place, and by class."""

from __future__ import annotations

from html import escape

from resistance.evidence.index import Entry, Index
from resistance.evidence.sides import study_count
from resistance.evidence.vocabulary import INDEX, slug
from resistance.site import data
from resistance.site.entry_parts import PLURAL, Page, kind_of, trail
from resistance.site.entry_picture import by_mechanism, studies
from resistance.site.entry_rows import Pieces

_GROUPED = {
    "drugs": ("By class", "of no class here"),
    "genes": ("By the mechanism of most of their studies", "of no mechanism"),
    "cancers": ("By broader term", "under no broader term"),
}
_OTHER = "0–9 and others"


def index_page(kind: str, pieces: Pieces) -> Page:
    """The list of one kind."""
    index = data.current().index
    entries = index.with_rows(kind)
    words, _ = _GROUPED[kind]
    lines = _by_letter(entries, pieces)
    letters = " ".join(f'<a href="#letter-{slug(letter)}">{letter}</a>' for letter in lines)
    listed = "".join(
        f'<section id="letter-{slug(letter)}"><h3>{letter}</h3><ul class="entry-list">{"".join(items)}</ul></section>'
        for letter, items in lines.items()
    )
    body = (
        f"{trail(pieces, kind)}<h1>{PLURAL[kind]}</h1>"
        f'<p class="entry-lead">{len(entries)} entries with evidence. Other names, codes and trade names stand in the '
        "list too and lead to their entry; the browser’s search (Ctrl+F) finds them.</p>"
        f'<p><a href="#grouped">{words}</a>{_others(kind, pieces)}</p>'
        f'<section id="by-letter"><h2>By letter</h2><p class="letters">{letters}</p>{listed}</section>'
        f'<section id="grouped"><h2>{words}</h2>{_grouped(kind, entries, index, pieces)}</section>'
        f"{_without(kind, index)}"
    )
    names = ", ".join(entry.name for entry in entries[:3])
    description = (
        f"{PLURAL[kind]} with evidence on resistance, by letter and by group, with their other names: {names} …"
    )
    return Page(f"{kind}/{INDEX}", f"{PLURAL[kind]}, by letter and group", description[:168], body)


def _others(kind: str, pieces: Pieces) -> str:
    kinds = [other for other in data.current().index.vocabularies if other != kind]
    return "".join(f" · {pieces.link(f'{other}/{INDEX}.html', PLURAL[other])}" for other in kinds if has(other))


def has(kind: str) -> bool:
    """Whether a kind has entries with rows, and so an index."""
    return bool(data.current().index.with_rows(kind))


def _by_letter(entries: list[Entry], pieces: Pieces) -> dict[str, list[str]]:
    """Lines by letter: each entry under its name, and under each other name a line that leads to it."""
    lines: list[tuple[str, str]] = []
    for entry in entries:
        count = study_count(len(studies(data.current().index.rows_of(entry))))
        lines.append((entry.name, f"<li>{pieces.entry(entry)} <span>{kind_of(entry)}, {count}</span></li>"))
        lines += [(name, f"<li>{escape(name)}: see {pieces.entry(entry)}</li>") for name in entry.names[1:]]
    found: dict[str, list[str]] = {}
    for name, line in sorted(lines, key=lambda pair: (slug(pair[0]), pair[0])):
        first = slug(name)[:1].upper()
        found.setdefault(first if first.isalpha() else _OTHER, []).append(line)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == _OTHER, pair[0])))


def _grouped(kind: str, entries: list[Entry], index: Index, pieces: Pieces) -> str:
    """Entries under their class, their broader term, or the mechanism of most of their studies."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_group(kind, entry, index), []).append(entry)
    parts = []
    for name, members in sorted(groups.items(), key=lambda pair: (not pair[0], pair[0].lower())):
        above = index.entries.get((kind, name))
        words = pieces.entry(above) if above else escape(name[:1].upper() + name[1:]) or f"Others, {_GROUPED[kind][1]}"
        links = ", ".join(map(pieces.entry, members))
        parts.append(f"<dt>{words}</dt><dd>{links}</dd>")
    return f'<dl class="entry-groups">{"".join(parts)}</dl>'


def _group(kind: str, entry: Entry, index: Index) -> str:
    if kind == "genes":
        groups = by_mechanism(index.rows_of(entry))
        return max(groups, key=lambda mechanism: len(studies(groups[mechanism])))
    return str(entry.row.get({"drugs": "class", "cancers": "broader"}[kind]) or "")


def _without(kind: str, index: Index) -> str:
    """Entries that no row names yet: a reader who looks for one learns that there is nothing, not that it is lost."""
    names = [e.name for e in index.entries.values() if e.kind == kind and not index.rows_of(e)]
    if not names:
        return ""
    listed = escape(", ".join(sorted(names, key=str.lower)))
    return f'<section id="without"><h2>Known by name, without a row of evidence</h2><p>{listed}</p></section>'
