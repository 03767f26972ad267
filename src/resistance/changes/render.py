"""The report of a difference: Markdown for a pull request, text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from resistance.changes.compare import Difference, Moved, Sorted

_LISTS = {"needs", "adds", "against", "sources"}
_LONGEST = 160  # characters of a cell that are shown


def as_markdown(difference: Difference) -> str:
    """The report as Markdown, with a heading for each kind of change that there is."""
    return _joined(difference, heading="## {}", item="- {}", code="`{}`", strong="**{}**", cell=_escaped)


def as_text(difference: Difference) -> str:
    """The report as plain text."""
    return _joined(difference, heading="{}:", item="  {}", code="{}", strong="{}", cell=str)


def _joined(difference: Difference, heading: str, item: str, code: str, strong: str, cell: Callable[[str], str]) -> str:
    title = f"From {difference.before} to {difference.after}"
    if not difference:
        return f"{title}: no claim, row or work has changed.\n"
    lines = [f"{title}: {summary(difference)}.", ""]
    for name, group in groups(difference):
        lines.append(heading.format(f"{name} ({len(group)})"))
        if heading.startswith("#"):
            lines.append("")
        for moved, text in group:
            said = _said(moved, text, strong, cell)
            lines.append(item.format(code.format(moved.name) + (f": {said}" if said else "")))
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def words(moved: Moved, text: str) -> str:
    """What is said of one thing, in plain text: ``text``, then each change."""
    return _said(moved, text, "{}", str)


def _said(moved: Moved, text: str, strong: str, cell: Callable[[str], str]) -> str:
    told = [f"{strong.format(what)} {_change(what, one, other, cell)}" for what, one, other in moved.changes]
    return "; ".join([*([cell(text)] if text else []), *told])


def summary(difference: Difference) -> str:
    """How many of each kind, in one line: ``3 claims moved, 1 claim added``."""
    counted = ", ".join(f"{len(group)} {name[0].lower()}{name[1:]}" for name, group in groups(difference))
    return counted or "nothing"


def groups(difference: Difference) -> Iterator[tuple[str, list[tuple[Moved, str]]]]:
    """Kinds of change that there are, with their things and what is said of each; what matters most comes first."""

    def group(name: str, things: list[Moved], column: str) -> tuple[str, list[tuple[Moved, str]]]:
        return name, [(moved, _cut(moved.row.get(column, ""))) for moved in things]

    claims, works = difference.claims, difference.works
    found = [
        group("Claims whose level, stars, direction or balance moved", difference.claims_moved, "claim"),
        group("Claims added", claims.added, "claim"),
        group("Claims withdrawn", claims.withdrawn, "claim"),
        group("Claims reworded, with the same standing", claims.changed, ""),
        group("Works corrected, retracted or cleared", difference.works_marked, "title"),
        *_of_tables("rows", difference.tables),
        group("Works added", works.added, "title"),
        group("Works withdrawn", works.withdrawn, "title"),
        group("Works whose record changed", works.changed, ""),
        *_of_tables("other rows", difference.other),
        ("Columns of tables", [(Moved(name, {}), "") for name in difference.columns]),
    ]
    return ((name, things) for name, things in found if things)


def _of_tables(what: str, tables: dict[str, Sorted]) -> Iterator[tuple[str, list[tuple[Moved, str]]]]:
    word = what[0].upper() + what[1:]
    for kind in ("added", "withdrawn", "changed"):
        things = [
            (Moved(f"{table}/{_cut(moved.name)}", moved.row, moved.changes), "" if kind == "changed" else _row(moved))
            for table, sides in tables.items()
            for moved in getattr(sides, kind)
        ]
        yield f"{word} {kind}", things


def _row(moved: Moved) -> str:
    """A row of evidence in a few words: the study, what was measured and the figure."""
    row = moved.row
    figure = " ".join(part for part in (row.get("qualifier", ""), row.get("value", ""), row.get("unit", "")) if part)
    parts = [row.get("label", ""), row.get("measure", ""), figure]
    return _cut(", ".join(part for part in parts if part)) if row.get("label") else _cut(row.get("title", ""))


def _change(what: str, one: str, other: str, cell: Callable[[str], str]) -> str:
    if what in _LISTS:
        parts = [f"lost {cell(one)}"] if one else []
        return " and ".join(parts + ([f"gained {cell(other)}"] if other else []))
    return f"{cell(_cut(one) or 'nothing')} → {cell(_cut(other) or 'nothing')}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text
