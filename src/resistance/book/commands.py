"""``resistance book …``: what can be done with pages without executing them."""

from __future__ import annotations

import argparse


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``book`` and its verbs to the command line."""
    parser = subparsers.add_parser("book", help="the pages of the book")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("format", help="format the code cells of all pages as ruff does")
    verb.set_defaults(run=_format)


def _format(_: argparse.Namespace) -> int:
    from resistance.book.pages import every_page
    from resistance.book.style import format_cells
    from resistance.paths import root

    pages = list(every_page(root(), templates=True))
    for source in format_cells(root(), pages):
        print(f"Formatted {source}.")
    return 0
