"""``resistance data …``: checks and the published package of the evidence tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``data`` and its verbs to the command line."""
    parser = subparsers.add_parser("data", help="the evidence tables and their Data Package")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("check", help="validate every table and claim").set_defaults(run=_check)
    package = verbs.add_parser("package", help="write all tables and their Data Package descriptor into a folder")
    package.add_argument("folder", type=Path)
    package.set_defaults(run=_package)
    merge = verbs.add_parser("merge", help="merge two versions of a table row by row; git calls it, see .gitattributes")
    for name in ("base", "ours", "theirs"):
        merge.add_argument(name, type=Path)
    merge.add_argument("name", help="path of the file in the repository")
    merge.set_defaults(run=_merge)


def _check(_: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.evidence.check import check
    from resistance.paths import root
    from resistance.references.library import keys
    from resistance.references.snapshot import read_snapshot

    snapshot = read_snapshot(root() / "data" / "references.csv")
    retracted = {key for key, row in snapshot.rows.items() if row.status == "retracted"}
    return report(*check(keys(root() / "references.bib"), retracted))


def _merge(arguments: argparse.Namespace) -> int:
    from resistance.evidence.merge import merge_files

    problem = merge_files(arguments.base, arguments.ours, arguments.theirs, arguments.name)
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


def _package(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.evidence.package import write_package
    from resistance.evidence.schema import SchemaError, table_names

    try:
        path = write_package(arguments.folder)
    except SchemaError as error:
        return report(error.findings, {"schemas": len(table_names())})
    print(f"Wrote {path}.")
    return 0
