"""``resistance build …``: execute the notebooks, publish them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``build`` and its verbs to the command line."""
    parser = subparsers.add_parser("build", help="execute the notebooks and publish them")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("execute", help="execute every notebook whose result is out of date").set_defaults(run=_execute)
    notebooks = verbs.add_parser("notebooks", help="write the executed notebooks with their outputs")
    notebooks.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/notebooks)")
    notebooks.set_defaults(run=_notebooks)


def _execute(_: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.execution.execute import SettingError, execute_pages
    from resistance.paths import root

    try:
        result = execute_pages(root())
    except SettingError as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; the notebooks that had finished are kept.", file=sys.stderr)
        return INTERRUPTED
    pages = len(result.executed) + len(result.reused) + len(result.failed)
    status = report(result.findings, {"notebooks": pages})
    print(result.summary)
    return status


def _notebooks(arguments: argparse.Namespace) -> int:
    status = _execute(arguments)
    if status in (2, INTERRUPTED):
        return status
    from resistance.execution.notebooks import publish_notebooks
    from resistance.paths import relative, root

    folder = arguments.to or root() / "_build" / "notebooks"
    print(f"{len(publish_notebooks(root(), folder))} notebooks with outputs are in {relative(folder)}.")
    return status
