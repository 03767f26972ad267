"""What the explorer loads: all evidence rows, packed into scripts, for a page on disk may load nothing else.

``_rows/index.js`` holds what is filtered by, a column an array; it is all that a filter and its counts need.
``_rows/rows-1.js`` … hold what is shown of the rows, ``_rows/cells-1.js`` … what a saved file has beside, and
``_rows/works-1.js`` … the works in RIS and BibTeX. A part is loaded when one of its rows is shown or saved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from resistance.evidence.index import Index, Item
from resistance.evidence.printed import cell_text
from resistance.evidence.strategies import MECHANISMS
from resistance.evidence.vocabulary import KINDS
from resistance.references.export import to_bibtex, to_ris
from resistance.references.library import Entry
from resistance.site.cells import DIRECTIONS, LEVELS

FOLDER = "_rows"
ROWS = 500  # a part
WORKS = 250
# What a saved row has of its own cells; names, mechanism, year and address are put to them.
CELLS = (
    *("measure", "statistic", "value", "qualifier", "ci_low", "ci_high", "ci_kind", "unit", "n", "n_scope", "system"),
    *("level", "confidence", "direction", "role", "source", "locator", "seen_at", "seen_on", "note"),
)
# Filters by one of few values: name in an address, column of the row; the order of the schema's list is kept.
PLAIN = {"evidence": "system", "level": "level", "direction": "direction", "role": "role"}
# Words beside values that are short.
WORDS = {"level": LEVELS, "direction": DIRECTIONS}
_NAMES = {"drugs": "drug", "genes": "gene", "cancers": "cancer"}


def scripts(
    index: Index,
    works: Mapping[str, Entry],
    place_of: Callable[[Item], str],
    has_page: Callable[[str], bool],
) -> dict[str, str]:
    """Text of every script by its name below :data:`FOLDER`.

    Parameters
    ----------
    index : the evidence rows
    works : entries of the bibliography by key
    place_of : address of a row in its table, below the site's base; empty where no page shows it
    has_page : whether the site has a page of this address
    """
    items = sorted(index.items, key=lambda item: item.order)
    keys = sorted({item.row["source"] for item in items} & works.keys())
    numbers = {key: position for position, key in enumerate(keys)}
    parts: dict[str, Any] = {}
    for number, some in enumerate(_parts(items, ROWS), start=1):
        parts[f"rows-{number}"] = [_shown(item, place_of(item)) for item in some]
        parts[f"cells-{number}"] = [_cells(item, numbers) for item in some]
    for number, some in enumerate(_parts(keys, WORKS), start=1):
        parts[f"works-{number}"] = [[to_ris([works[key]]), to_bibtex([works[key]])] for key in some]
    whole = _index(index, items, has_page) | {"rows": ROWS, "works": WORKS, "cells": CELLS, "words": WORDS}
    # A page that was loaded before the site changed must not join old rows to new ones.
    stamp = sha256(_packed([whole, parts]).encode()).hexdigest()[:12]
    named = {"index": whole, **parts}
    return {f"{name}.js": f"reviewRows({_packed([stamp, name, content])});\n" for name, content in named.items()}


def _parts(all_of: list[Any], size: int) -> Iterable[list[Any]]:
    return (all_of[start : start + size] for start in range(0, len(all_of), size))


def _packed(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _index(index: Index, items: list[Item], has_page: Callable[[str], bool]) -> dict[str, Any]:
    """Values of each filter, and for each row which of them it has."""
    values: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for kind in KINDS:
        entries = index.with_rows(kind)
        number = {entry.name: position for position, entry in enumerate(entries)}
        values[_NAMES[kind]] = [
            [
                entry.name,
                entry.address if has_page(entry.address) else "",
                [number[name] for name in entry.also_under if name in number],
                ";".join(entry.names[1:]),
            ]
            for entry in entries
        ]
        columns[_NAMES[kind]] = [_short([number[name] for name in item.named.get(kind, ())]) for item in items]
    mechanisms = [name for name in MECHANISMS if any(item.mechanism == name for item in items)]
    values["mechanism"] = mechanisms
    columns["mechanism"] = [_short([mechanisms.index(item.mechanism)] if item.mechanism else []) for item in items]
    for name, column in PLAIN.items():
        known = _order(items, column)
        values[name] = known
        columns[name] = [known.index(item.row[column]) for item in items]
    columns["stars"] = "".join(str(item.row["confidence"]) for item in items)
    columns["year"] = [item.year or 0 for item in items]
    studies = {study: position for position, study in enumerate(dict.fromkeys(item.row["study"] for item in items))}
    columns["study"] = [studies[item.row["study"]] for item in items]
    schemas = {item.table: item.schema for item in sorted(items, key=lambda item: item.table)}
    tables = {name: [schema.title, schema.statement] for name, schema in schemas.items()}
    return {"values": values, "columns": columns, "studies": len(studies), "tables": tables}


def _short(numbers: list[int]) -> int | list[int]:
    """Most rows have one value: it stands without brackets, and -1 for none."""
    return numbers if len(numbers) > 1 else numbers[0] if numbers else -1


def _order(items: list[Item], column: str) -> list[str]:
    """Values of a column that rows have, in the order of the schema's list."""
    held = {item.row[column] for item in items}
    listed = [value for item in items[:1] for value in item.schema.by_name[column].enum]
    return [value for value in listed if value in held] + sorted(held - set(listed))


def _shown(item: Item, place: str) -> list[Any]:
    row = item.row
    about = " · ".join(text for name in item.schema.same_thing if (text := cell_text(row, name)))
    # A ratio is a number without a unit: its kind says what it is.
    figure = f"{row['statistic']} {item.figure}" if row["unit"] == "1" else item.figure
    return [item.table, row["id"], row["label"], row["study"], about, row["measure"], figure, item.counted, place]


def _cells(item: Item, numbers: Mapping[str, int]) -> list[Any]:
    """Number of the source among the works, -1 if the bibliography has it not; the cells as the file has them."""
    text = item.row["_text"]
    return [numbers.get(item.row["source"], -1), *(text.get(name, "") for name in CELLS)]
