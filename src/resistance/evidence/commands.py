"""``resistance data …``: checks and the descriptor of the evidence tables."""

from __future__ import annotations

import argparse

from resistance.paths import relative


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``data`` and its verbs to the command line."""
    parser = subparsers.add_parser("data", help="the evidence tables and their descriptor")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("check", help="validate every table and claim").set_defaults(run=_check)
    verbs.add_parser("descriptor", help="write data/datapackage.json from the schemas").set_defaults(run=_descriptor)


def _check(_: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.evidence.check import check
    from resistance.paths import root
    from resistance.references.library import keys
    from resistance.references.snapshot import read_snapshot

    snapshot = read_snapshot(root() / "data" / "references.csv")
    retracted = {key for key, row in snapshot.rows.items() if row.status == "retracted"}
    return report(*check(keys(root() / "references.bib"), retracted))


def _descriptor(_: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.evidence.descriptor import write_descriptor
    from resistance.evidence.schema import SchemaError, table_names

    try:
        path = write_descriptor()
    except SchemaError as error:
        return report(error.findings, {"schemas": len(table_names())})
    print(f"Wrote {relative(path)}.")
    return 0
