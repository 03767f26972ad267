"""``resistance references …``: check, format, merge, add, refresh and export the bibliography."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resistance.references.settings import Settings


def register(subparsers: argparse._SubParsersAction) -> None:
    """Add ``references`` and its verbs to the command line; each sets ``run``, which returns an exit status."""
    parser = subparsers.add_parser("references", help="the bibliography and its registry snapshot")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("check", help="check references.bib, its snapshot and every citation of the book")
    verb.set_defaults(run=_check)
    verb = verbs.add_parser("format", help="bring references.bib and its snapshot into one layout")
    verb.add_argument("--check", action="store_true", help="only say whether the layout differs")
    verb.set_defaults(run=_format)
    verb = verbs.add_parser("merge", help="merge two versions work by work; git calls it, see .gitattributes")
    for name in ("base", "ours", "theirs"):
        verb.add_argument(name, type=Path)
    verb.add_argument("name", help="the file's name in the project")
    verb.set_defaults(run=_merge)
    verb = verbs.add_parser("add", help="fetch works from Crossref and PubMed, and add entry and snapshot row")
    verb.add_argument("identifiers", nargs="+", metavar="DOI|PMID")
    verb.set_defaults(run=_add)
    verb = verbs.add_parser("refresh", help="ask the registries about every work; find corrections and retractions")
    verb.add_argument("keys", nargs="*", metavar="KEY", help="ask about these works only")
    verb.set_defaults(run=_refresh)
    verb = verbs.add_parser("retractions", help="hold every work against a list of retraction notices; no network")
    verb.add_argument("list", type=Path, metavar="FILE", help="CSV, plain or gzipped")
    verb.add_argument("--dated", metavar="DATE", help="day or month of the list, where its file name has none")
    verb.set_defaults(run=_retractions)
    verb = verbs.add_parser("export", help="print references for a reference manager")
    verb.add_argument("keys", nargs="*", metavar="KEY", help="export these works only")
    verb.add_argument("--to", choices=("bibtex", "ris", "csl-json"), default="bibtex")
    verb.add_argument("--output", type=Path, metavar="FILE", help="write to this file instead")
    verb.set_defaults(run=_export)


def _check(_: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.paths import root
    from resistance.references.check import check
    from resistance.references.citations import collect_citations

    return report(*check(root(), collect_citations(root()), date.today()))


def _format(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.paths import root
    from resistance.references.format import format_file
    from resistance.references.library import BIB_PATH
    from resistance.references.snapshot import SNAPSHOT_PATH

    write = not arguments.check
    findings = [finding for name in (BIB_PATH, SNAPSHOT_PATH) for finding in format_file(root() / name, name, write)]
    return report(findings, {"files": 2})


def _merge(arguments: argparse.Namespace) -> int:
    from resistance.references.merge import merge_files

    problem = merge_files(arguments.base, arguments.ours, arguments.theirs, arguments.name)
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


def _add(arguments: argparse.Namespace) -> int:
    return add_references(arguments.identifiers)


def add_references(identifiers: list[str]) -> int:
    """Fetch works by DOI or PMID and add entry and record; returns an exit status."""
    from resistance.diagnostics import report
    from resistance.paths import root
    from resistance.references.registry import add

    settings = _settings()
    if settings is None:
        return 1
    findings, added = [], 0
    for identifier in identifiers:
        result = add(root(), identifier, date.today(), settings)
        findings += [finding for finding in result.findings if finding not in findings]
        added += bool(result.key)
        if result.key:
            print(f"{result.entry}\n")
    status = report(findings, {"identifiers": len(identifiers), "works added": added})
    return status or int(added < len(identifiers))  # a service that cannot be reached is a warning elsewhere


def _refresh(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import report
    from resistance.paths import root
    from resistance.references.refresh import refresh

    settings = _settings()
    if settings is None:
        return 1

    def progress(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcome = refresh(root(), date.today(), arguments.keys or None, settings, progress)
    status = report(outcome.findings, outcome.counts())
    return 1 if outcome.nothing_checked else status


def _retractions(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import Finding, report
    from resistance.paths import root
    from resistance.references.retraction_list import ListError, day_of_list, read_list
    from resistance.references.retractions import look_up
    from resistance.references.rules import BY_NAME

    def refused(line: int, message: str) -> int:
        finding = Finding.of(BY_NAME["list-unreadable"], arguments.list.name, line, message)
        return report([finding], {"lists": 1})

    dated = arguments.dated or day_of_list(arguments.list)
    if not re.fullmatch(r"20\d\d-\d\d(-\d\d)?", dated):
        return refused(1, f"the list has no date ({dated!r}); it is given with --dated 2025-08-14")
    try:
        notices = read_list(arguments.list)
    except ListError as error:
        return refused(error.line, str(error))
    result = look_up(root(), notices, dated)
    return report(result.findings, {"notices": notices.entries} | result.counts())


def _settings() -> Settings | None:
    """Settings from the environment; ``None`` once a fault in them has been printed."""
    from resistance.diagnostics import Finding
    from resistance.paths import root
    from resistance.references.rules import BY_NAME
    from resistance.references.settings import load_settings

    try:
        return load_settings(root())
    except ValueError as error:
        print(Finding.of(BY_NAME["setting-malformed"], "environment", 1, str(error)))
        return None


def _export(arguments: argparse.Namespace) -> int:
    from resistance.diagnostics import Finding, report
    from resistance.paths import root
    from resistance.references.export import to_bibtex, to_csl_json, to_ris
    from resistance.references.files import write_atomically
    from resistance.references.library import BIB_PATH, find_entries, read_library
    from resistance.references.rules import BY_NAME

    library = read_library(root() / BIB_PATH)
    absent = [key for key in arguments.keys if key not in library.by_key]
    findings = [f for f in library.findings if f.code == BY_NAME["file-missing"].code]
    findings += [Finding.of(BY_NAME["cited-but-absent"], BIB_PATH, 1, f"{key!r} is not there") for key in absent]
    if findings:
        return report(findings, {"references": len(library.entries)}, stream=sys.stderr)
    entries = find_entries(library, arguments.keys) if arguments.keys else library.entries
    text = {"bibtex": to_bibtex, "ris": to_ris, "csl-json": to_csl_json}[arguments.to](entries)
    if arguments.output:
        write_atomically({arguments.output: text})
    else:
        sys.stdout.write(text)
    return 0
