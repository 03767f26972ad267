"""``resistance book …``: what can be done with pages without executing them."""

from __future__ import annotations

import argparse
from datetime import date


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``book`` and its verbs to the command line."""
    parser = subparsers.add_parser("book", help="the pages of the book")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("format", help="format the code cells of all pages as ruff does")
    verb.set_defaults(run=_format)
    verb = verbs.add_parser("due", help="fail if the search of a chapter has come due")
    verb.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="as if it were this day: 2027-01-31")
    verb.add_argument("--issue", action="store_true", help="print the one issue to open if a search is overdue")
    verb.set_defaults(run=_due)


def _format(_: argparse.Namespace) -> int:
    from resistance.book.pages import every_page
    from resistance.book.style import format_cells
    from resistance.paths import root

    pages = list(every_page(root(), templates=True))
    for source in format_cells(root(), pages):
        print(f"Formatted {source}.")
    return 0


def _due(arguments: argparse.Namespace) -> int:
    from dataclasses import replace

    from resistance.book.contract import search_faults
    from resistance.book.freshness import issue, today
    from resistance.book.pages import every_page
    from resistance.book.rules import RULES
    from resistance.diagnostics import Finding, Severity, report
    from resistance.paths import root

    day = arguments.today or today()
    chapters = [page for page in every_page(root()) if page.review is not None]
    if arguments.issue:
        print(issue(chapters, day), end="")
        return 0
    findings = [
        replace(Finding.of(RULES[code], page.source, line, message), severity=Severity.ERROR)
        for page in chapters
        for code, line, message in search_faults(page, day)
    ]
    return report(findings, {"chapters": len(chapters)})
