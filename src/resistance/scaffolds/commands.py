"""``resistance new …``: begin a chapter, a table, a claim, a model, or fetch a work."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_KINDS = ("chapter", "table", "claim", "model", "reference")
_USE = """\
chapter FOLDER/NAME     page, line of the contents, files of the tables that a chapter adds to
table NAME              schema and header
claim CHAPTER ID ROW …  row of the chapter's claims, with level, stars and sources from the rows that it needs
model NAME              module of functions, its test and its case of sixty digits
reference DOI|PMID …    entry and record, asked of the registries"""


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``new`` to the command line."""
    parser = subparsers.add_parser(
        "new",
        help="begin a chapter, table, claim or model, or fetch a reference",
        description=_USE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", metavar="KIND", help=f"{', '.join(_KINDS)}; without one of these, a chapter's name")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.set_defaults(run=_new)


def _new(arguments: argparse.Namespace) -> int:
    from resistance.new_chapter import CannotBegin
    from resistance.paths import relative

    kind, names = arguments.what, arguments.names
    if kind not in _KINDS:
        kind, names = "chapter", [kind, *names]
    if kind == "reference" and names:
        from resistance.references.commands import add_references

        return add_references(names)
    if len(names) < {"claim": 2}.get(kind, 1) or (kind != "claim" and len(names) > 1):
        use = next(line for line in _USE.split("\n") if line.startswith(kind))
        print(
            f"resistance: new {use.partition('  ')[0]} is the form, not 'new {' '.join([kind, *names])}'.",
            file=sys.stderr,
        )
        return 2
    try:
        written, then = _begin(kind, names)
    except CannotBegin as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 1
    print("".join(f"{relative(path)}\n" for path in written), end="")
    print(then)
    return 0


def _begin(kind: str, names: list[str]) -> tuple[list[Path], str]:
    """The files that were written, and what to do next."""
    if kind == "chapter":
        from resistance.new_chapter import begin

        return begin(names[0]), "Fill them in; make check names what is left, make serve shows the page."
    if kind == "table":
        from resistance.scaffolds.table import begin_table

        then = "Fill in the schema; make check names what is left. Rows go to the end of the CSV file."
        return begin_table(names[0]), then
    if kind == "claim":
        from resistance.scaffolds.claim import begin_claim

        path = begin_claim(names[0], names[1], names[2:])
        return [path], f"Write the sentence, then put {{claim}}`{names[1]}` behind it in the chapter."
    from resistance.scaffolds.model import begin_model

    test = f".venv/bin/python -m pytest tests/models/test_{names[0]}.py"
    then = f"Write the model; {test} tests it, make check names what is left."
    return begin_model(names[0]), then
