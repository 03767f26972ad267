"""``resistance build …``: execute the notebooks, publish them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resistance.execution.execute import ExecutionReport

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``build`` and its verbs to the command line."""
    parser = subparsers.add_parser("build", help="execute the notebooks and publish them")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="execute on a Dask cluster, for example tcp://host:8786")
    parser.set_defaults(run=_execute)
    verbs = parser.add_subparsers(metavar="VERB")
    verbs.add_parser("execute", help="execute every notebook whose result is out of date").set_defaults(run=_execute)
    again = verbs.add_parser("again", help="execute every page once more and tell which gives another result")
    again.set_defaults(run=_again)
    notebooks = verbs.add_parser("notebooks", help="write the executed notebooks with their outputs")
    notebooks.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: _build/notebooks)")
    notebooks.set_defaults(run=_notebooks)


def execute_out_of_date(only: str | None = None, scheduler: str | None = None) -> ExecutionReport | int:
    """Execute every page whose result is out of date, or the one of that name, here or on a Dask scheduler's cluster.

    Returns an exit status instead of the report if a setting is wrong, the cluster cannot be used or Ctrl-C came first.
    """
    from resistance.cluster import ClusterError
    from resistance.execution.execute import SettingError, execute_pages
    from resistance.paths import root

    try:
        return execute_pages(root(), only=only, **({"scheduler": scheduler} if scheduler else {}))
    except SettingError as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 2
    except ClusterError as error:
        print(f"resistance: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the notebooks that had finished are kept.", file=sys.stderr)
        return INTERRUPTED


def _execute(arguments: argparse.Namespace) -> int:
    from resistance.exclusive import exclusive
    from resistance.paths import root

    with exclusive(root(), "resistance build execute"):
        return _execute_alone(arguments.scheduler)


def _execute_alone(scheduler: str | None = None) -> int:
    from resistance.diagnostics import report

    result = execute_out_of_date(scheduler=scheduler)
    if isinstance(result, int):
        return result
    pages = len(result.executed) + len(result.reused) + len(result.failed)
    status = report(result.findings, {"notebooks": pages})
    print(result.summary)
    return status


def _again(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.exclusive import exclusive
    from resistance.execution.again import run_again
    from resistance.paths import root

    with exclusive(root(), "resistance build again"):
        status = _execute_alone(arguments.scheduler)
        if status == 0:
            findings, pages = run_again(root())
            status = report(findings, {"notebooks run again": pages})
    return status


def _notebooks(arguments: argparse.Namespace) -> int:
    from resistance.exclusive import exclusive
    from resistance.execution.notebooks import publish_notebooks
    from resistance.paths import relative, root

    with exclusive(root(), "resistance build notebooks"):
        status = _execute_alone(arguments.scheduler)
        if status not in (2, INTERRUPTED):
            folder = arguments.to or root() / "_build" / "notebooks"
            print(f"{len(publish_notebooks(root(), folder))} notebooks with outputs are in {relative(folder)}.")
    return status
