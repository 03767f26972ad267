"""``resistance diff``: what changed from one version of the tables to another."""

from __future__ import annotations

import argparse
import sys


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``diff`` to the command line."""
    parser = subparsers.add_parser("diff", help="claims, rows and works that changed since a commit, tag or branch")
    parser.add_argument("before", metavar="REV", help="commit, tag or branch to compare with")
    parser.add_argument("after", nargs="?", metavar="REV2", help="a second one; without it the files as they are now")
    parser.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    parser.set_defaults(run=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    from resistance.changes.compare import compare
    from resistance.changes.render import as_markdown, as_text
    from resistance.changes.version import CannotRead, at_revision, in_working_tree
    from resistance.paths import root

    try:
        before = at_revision(root(), arguments.before)
        after = at_revision(root(), arguments.after) if arguments.after else in_working_tree(root())
    except CannotRead as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 1
    difference = compare(before, after)
    print((as_markdown if arguments.markdown else as_text)(difference), end="")
    return 0
