"""The bibliography: read, check, format and export ``references.bib``, and keep its registry snapshot up to date."""

from resistance.references.check import check
from resistance.references.citations import Citation, collect_citations
from resistance.references.export import to_bibtex, to_csl_json, to_ris
from resistance.references.library import Entry, Library, keys, read_library
from resistance.references.snapshot import Snapshot, read_snapshot

__all__ = [
    "Citation",
    "Entry",
    "Library",
    "Snapshot",
    "check",
    "collect_citations",
    "keys",
    "read_library",
    "read_snapshot",
    "to_bibtex",
    "to_csl_json",
    "to_ris",
]
