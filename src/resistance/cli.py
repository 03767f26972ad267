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
    check.add_argument("--warnings", action="store_true", help="list every warning, not only how many there are")
    check.set_defaults(run=_check)
    new = subparsers.add_parser("new", help="begin a chapter: its page, its line of the contents, its tables' files")
    new.add_argument("name", help="folder and name, for example mechanisms/my-mechanism")
    new.set_defaults(run=_new)
    # Modules of verbs import nothing heavy, so that a check starts at once.
    from resistance.book import commands as book
    from resistance.ensembles import commands as ensembles
    from resistance.evidence import commands as evidence
    from resistance.execution import commands as build
    from resistance.references import commands as references
    from resistance.site import commands as site

    for part in (book, references, evidence, build, ensembles, site):
        part.register(subparsers)
    parsed = parser.parse_args(arguments)
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

    return report(*check_all(), list_warnings=arguments.warnings)


def _new(arguments: argparse.Namespace) -> int:
    from resistance.new_chapter import CannotBegin, begin
    from resistance.paths import relative

    try:
        written = begin(arguments.name)
    except CannotBegin as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 1
    print("".join(f"{relative(path)}\n" for path in written), end="")
    print("Fill them in; make check names what is left, make serve shows the page.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
