"""The command ``resistance``: thin; each part of the package brings its own verbs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from resistance import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="resistance", description="The living review of cancer drug resistance.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    check = subparsers.add_parser("check", help="check everything that needs no execution")
    check.add_argument("page", nargs="?", metavar="PAGE", help="chapters/x.md: only this page and the files it adds to")
    check.add_argument("--warnings", action="store_true", help="list every warning, not only how many there are")
    check.set_defaults(run=_check)
    # Modules of verbs import nothing heavy, so that a check starts at once.
    from resistance.book import commands as book
    from resistance.changes import commands as changes
    from resistance.ensembles import commands as ensembles
    from resistance.evidence import commands as evidence
    from resistance.execution import commands as build
    from resistance.links import commands as links
    from resistance.references import commands as references
    from resistance.scaffolds import commands as scaffolds
    from resistance.site import commands as site
    from resistance.surveillance import commands as surveillance

    for part in (scaffolds, book, references, evidence, build, ensembles, site, changes, surveillance, links):
        part.register(subparsers)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["build"] and given[1:2] and given[1].endswith(".md"):
        given[:1] = ["site", "page"]  # resistance build chapters/x.md
    parsed = parser.parse_args(given)
    from resistance.paths import NoCheckout

    try:
        return parsed.run(parsed)
    except NoCheckout as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 2
    except Exception as error:
        from resistance.storage import refusal

        if (line := refusal(error)) is None:
            raise
        print(line, file=sys.stderr)
        return 1


def _check(arguments: argparse.Namespace) -> int:
    from resistance.check import check_all
    from resistance.diagnostics import report

    if arguments.page:
        from resistance.check import check_page

        try:
            return report(*check_page(arguments.page), list_warnings=True)
        except ValueError as error:
            print(f"resistance: {error}.", file=sys.stderr)
            return 1
    return report(*check_all(), list_warnings=arguments.warnings)


if __name__ == "__main__":
    sys.exit(main())
