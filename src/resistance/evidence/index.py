"""Every evidence row once, under each drug, gene and cancer that it speaks of: pages and lists are made of this.

An entry of the vocabulary lists the rows whose cells name it, and the rows of what it covers: a class those of its
drugs, a cancer those of narrower cancers, a drug those of the regimens that it is part of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from resistance.evidence.cells import Row, split_list
from resistance.evidence.claims import SIDES
from resistance.evidence.printed import figure_text, n_text
from resistance.evidence.schema import MapRule, TableSchema
from resistance.evidence.strategies import Tables, ruled, strategy_of
from resistance.evidence.vocabulary import KINDS, Vocabulary, address

# Columns of a vocabulary that name the entries which list an entry's rows as well.
_WIDER = {"drugs": ("class", "parts"), "genes": (), "cancers": ("broader",)}
_LAST = 9999  # after every year


@dataclass(frozen=True)
class Item:
    """An evidence row, and what is known of it from elsewhere.

    ``named`` gives, by kind, each entry that its cells name and the columns in which they do; ``listed`` also the
    entries that cover these.
    """

    table: str
    schema: TableSchema
    row: Row
    mechanism: str  # empty where no rule of the table's schema takes the row, which the check tells
    strategy: str  # column of the map of the book; empty for a control arm
    named: Mapping[str, Mapping[str, tuple[str, ...]]]
    listed: Mapping[str, tuple[str, ...]]
    claims: tuple[tuple[str, str], ...]  # claims that name the row, each with its side: needs, adds, against
    year: int | None  # of the source

    @property
    def ref(self) -> str:
        """``table/id``."""
        return f"{self.table}/{self.row['id']}"

    @property
    def chapter(self) -> str:
        """Page that tells of the row's table first, below ``chapters/``; empty where there is none."""
        return next(iter(self.schema.chapters), "")

    @property
    def figure(self) -> str:
        """Figure with unit and interval, as the tables print it."""
        return figure_text(self.row)

    @property
    def counted(self) -> str:
        """``n = 62, both arms``; empty where there is no n."""
        return n_text(self.row)

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorts the strongest first, the newest of these first."""
        row = self.row
        return row["level"], -row["confidence"], _LAST - (self.year or 0), row["label"], row["id"]


@dataclass(frozen=True)
class Entry:
    """An entry of the vocabulary: what it is called, where its page is, and which other entries list its rows."""

    kind: str
    name: str
    names: tuple[str, ...]  # all, the first is ``name``
    row: Row
    also_under: tuple[str, ...]  # entries that list its rows too, the nearest first
    covers: tuple[str, ...]  # entries whose rows it lists too, by name

    @property
    def address(self) -> str:
        """Address of its page below the site's base: ``drugs/olaparib.html``."""
        return address(self.kind, self.name)

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name."""
        return self.kind, self.name


class Index:
    """Rows and entries of the book, each found from the other.

    Parameters
    ----------
    tables : schema and typed rows of the evidence tables
    vocabularies : those that there are, by kind
    claims : typed rows of the table of claims
    years : year of each work, by its key
    """

    def __init__(
        self,
        tables: Tables,
        vocabularies: Mapping[str, Vocabulary],
        claims: Iterable[Row] = (),
        years: Mapping[str, int | None] | None = None,
    ):
        self.vocabularies = {kind: vocabularies[kind] for kind in KINDS if kind in vocabularies}
        self._claims = list(claims)
        self._years = years or {}
        self.entries: dict[tuple[str, str], Entry] = {entry.key: entry for entry in self._entries()}
        self.items: list[Item] = [item for schema, rows in tables for item in self._items(schema, rows)]

    @cached_property
    def by_ref(self) -> dict[str, Item]:
        """Rows by ``table/id``."""
        return {item.ref: item for item in self.items}

    @cached_property
    def by_address(self) -> dict[str, Entry]:
        """Entries by the address of their page."""
        return {entry.address: entry for entry in self.entries.values()}

    def rows_of(self, entry: Entry) -> list[Item]:
        """Rows that an entry lists, those of what it covers included; the strongest first, of these the newest."""
        return self._listed.get(entry.key, [])

    def with_rows(self, kind: str) -> list[Entry]:
        """Entries of a kind that list a row, by name: each has a page."""
        found = (self.entries[key] for key in self._listed if key[0] == kind)
        return sorted(found, key=lambda entry: (entry.name.lower(), entry.name))

    def claims_of(self, entry: Entry) -> list[str]:
        """Claims that name a row which the entry lists, in the order of their table."""
        named = {claim for item in self.rows_of(entry) for claim, _ in item.claims}
        return [claim["id"] for claim in self._claims if claim["id"] in named]

    def against(self, gene: str) -> list[Entry]:
        """Drugs whose main targets include a gene, by name."""
        return self._against.get(gene, [])

    @cached_property
    def _against(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            for gene in split_list(entry.row.get("target")):
                found.setdefault(gene, []).append(entry)
        return {gene: sorted(drugs, key=lambda entry: entry.name.lower()) for gene, drugs in found.items()}

    @cached_property
    def _listed(self) -> dict[tuple[str, str], list[Item]]:
        found: dict[tuple[str, str], list[Item]] = {}
        for item in sorted(self.items, key=lambda item: item.order):
            for kind, names in item.listed.items():
                for name in names:
                    found.setdefault((kind, name), []).append(item)
        return found

    def _entries(self) -> Iterator[Entry]:
        for kind, book in self.vocabularies.items():
            wider = {name: _reached(name, book, _WIDER[kind]) for name in book.entries}
            covers: dict[str, list[str]] = {}
            for name in sorted(wider):
                for other in wider[name]:
                    covers.setdefault(other, []).append(name)
            for name, row in book.entries.items():
                yield Entry(kind, name, book.names_of(name), row, wider[name], tuple(covers.get(name, ())))

    def _items(self, schema: TableSchema, rows: Sequence[Row]) -> Iterator[Item]:
        columns = [field for field in schema.fields if field.names in self.vocabularies and not field.control]
        for row, rule in _placed(schema, rows):
            named: dict[str, dict[str, tuple[str, ...]]] = {}
            for field in columns:
                found = self.vocabularies[str(field.names)].resolve(row.get(field.name) or "", field.plain).entries
                held = named.setdefault(str(field.names), {})
                for name in found:
                    held[name] = (*held.get(name, ()), field.name)
            yield Item(
                schema.name,
                schema,
                row,
                rule.mechanism if rule else "",
                strategy_of(row, rule) if rule else "",
                named,
                {kind: self._with_wider(kind, held) for kind, held in named.items()},
                tuple(self._claims_by_row.get(f"{schema.name}/{row['id']}", ())),
                self._years.get(row["source"]),
            )

    def _with_wider(self, kind: str, names: Iterable[str]) -> tuple[str, ...]:
        """Entries, and those that list their rows too, each once."""
        own = list(names)
        return tuple(dict.fromkeys([*own, *(other for name in own for other in self.entries[kind, name].also_under)]))

    @cached_property
    def _claims_by_row(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for claim in self._claims:
            for side in SIDES:
                for ref in split_list(claim[side]):
                    found.setdefault(ref, []).append((claim["id"], side))
        return found


def _reached(name: str, book: Vocabulary, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Entries that columns of an entry name, of these again, and so on: the nearest first, without the entry."""
    found: dict[str, None] = {}
    near = [name]
    while near:
        named = [n for one in near for column in columns for n in split_list(book.entries[one].get(column))]
        near = [n for n in dict.fromkeys(named) if n in book.entries and n != name and n not in found]
        found.update(dict.fromkeys(near))
    return tuple(found)


def _placed(schema: TableSchema, rows: Sequence[Row]) -> Iterator[tuple[Row, MapRule | None]]:
    """Each row with its rule; without one where the rules cannot be read, which the check tells."""
    try:
        yield from list(ruled(schema, rows))
    except ValueError:
        yield from ((row, None) for row in rows)
