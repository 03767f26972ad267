"""``resistance surveil``: run the chapters' searches from their last dates and write down what is new."""

from __future__ import annotations

import argparse
import sys


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``surveil`` to the command line."""
    parser = subparsers.add_parser("surveil", help="run the chapters' searches from their last dates; list what is new")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="mechanisms/hypoxia, or every chapter")
    parser.set_defaults(run=_surveil)


def _surveil(arguments: argparse.Namespace) -> int:
    from datetime import date

    from resistance.book.pages import every_page
    from resistance.paths import root
    from resistance.references.http import Client
    from resistance.references.settings import settings_or_told
    from resistance.references.state import State
    from resistance.surveillance.bibliography import works
    from resistance.surveillance.query import QueryError
    from resistance.surveillance.run import run_chapter
    from resistance.surveillance.tables import CannotKeep

    pages = {page.name: page for page in every_page(root()) if page.review is not None and page.searched}
    wanted = [name.removeprefix("chapters/").removesuffix(".md") for name in arguments.chapters] or list(pages)
    if unknown := [name for name in wanted if name not in pages]:
        remedy = f"name one of {', '.join(pages)}"
        print(f"resistance: no chapter {unknown[0]!r} has a search with a date; {remedy}.", file=sys.stderr)
        return 1
    settings = settings_or_told(root())
    if settings is None:
        return 1
    known = works(root())
    failed = 0
    with Client(settings, State()) as client:
        for name in wanted:
            page = pages[name]
            try:
                outcome = run_chapter(root(), page, client, date.today(), known, tell=_tell)
            except QueryError as error:
                print(f"{page.source}:1: {error}.", file=sys.stderr)
                failed += 1
                continue
            except CannotKeep as error:
                print(f"{error}.", file=sys.stderr)
                failed += 1
                continue
            for run in outcome.runs:
                told = f"{run['found']} listed, {run['doubles']} twice, {run['known']} known, {run['new']} new"
                print(f"{name}, {run['service']}, {run['since']} to {run['until']}: {told}.")
            for service, reason in outcome.stopped.items():
                failed += 1
                remedy = "what it has listed is kept; run the command again to go on from there"
                print(f"resistance: {name}: {service}: {reason}; {remedy}.", file=sys.stderr)
            if outcome.new:
                print(
                    f"Screen data/surveillance/{name}.csv, then write the new date under 'searched' in {page.source}."
                )
    return 1 if failed else 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
