"""``resistance links check``: whether the addresses of other hosts in the book still lead somewhere."""

from __future__ import annotations

import argparse
import sys


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``links`` and its verb to the command line."""
    parser = subparsers.add_parser("links", help="addresses of other hosts")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    check = verbs.add_parser("check", help="ask each host, slowly; a report, never a failure")
    check.add_argument("--issue", action="store_true", help="print the issue that would be opened, or nothing")
    check.add_argument("--list", action="store_true", help="list the addresses and ask nobody")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    import os

    from resistance.links.ask import State, ask_all
    from resistance.links.gather import gather
    from resistance.links.report import counted, issue
    from resistance.paths import root
    from resistance.references.settings import settings_or_told

    settings = settings_or_told(root())
    if settings is None:
        return 1
    places = gather(root())
    if arguments.list:
        for address, found in places.items():
            print(f"{found[0]}: {address}")
        return 0
    # Registries are made for programs; a journal is asked more slowly.
    interval = settings.interval if os.environ.get("RESISTANCE_REQUEST_INTERVAL") else 1.0
    answers = ask_all(places, settings, interval)
    if arguments.issue:
        print(issue(answers, places), end="")
        print(counted(answers), file=sys.stderr)
        return 0
    for answer in answers:
        if answer.state is not State.OK:
            print(f"{places[answer.address][0]}: {answer.address}: {answer.state}, {answer.detail}")
    print(counted(answers))
    return 0
