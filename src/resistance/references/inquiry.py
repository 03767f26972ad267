"""Asks all registries about one work and puts their answers together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from resistance.references import crossref, europepmc, pubmed
from resistance.references.http import CROSSREF, EUROPE_PMC, PUBMED, Client, ServiceError
from resistance.references.record import Record, merge

_ORDER = (PUBMED, CROSSREF, EUROPE_PMC)
_SMALL = frozenset(("a", "an", "and", "de", "des", "for", "in", "of", "on", "the", "und"))


@dataclass
class Answers:
    """What the registries said of one work.

    ``failures`` holds the reason for each service that gave no usable answer, ``unknown`` the identifiers that a
    service has no record of.
    """

    records: list[Record] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    @property
    def gaps(self) -> dict[str, str]:
        """Failures that leave something unchecked: Europe PMC has PubMed's notices, and so stands in for it."""
        stood_in = any(record.registry == EUROPE_PMC for record in self.records)
        return {s: reason for s, reason in self.failures.items() if not (s == PUBMED and stood_in)}

    def record(self) -> Record:
        """One record of all: PubMed's, whose titles are in sentence case, before Crossref's and Europe PMC's.

        Raises
        ------
        ValueError
            If no registry has a record.
        """
        return merge(sorted(self.records, key=lambda record: _ORDER.index(record.registry)))

    def journal(self) -> str:
        """The journal's name with its usual capitals, which Crossref has; PubMed lowers them and adds the society."""
        for record in self.records:
            if record.registry == CROSSREF and record.container:
                return record.container
        name = self.record().container.partition(" : ")[0].replace(". ", " ")
        words = name.removeprefix("The ").split()
        return " ".join(w if w in _SMALL or not w.islower() else w.capitalize() for w in words)


def ask(client: Client, doi: str, pmid: str) -> Answers:
    """Ask Crossref by DOI and PubMed by PMID, each being looked up where only the other is given.

    Europe PMC finds the PMID of a DOI, and stands in where PubMed does not answer.

    Parameters
    ----------
    client : asks
    doi, pmid : identifiers of the work; one of them may be empty
    """
    answers = Answers()
    if doi:
        _try(answers, CROSSREF, doi, lambda: crossref.record(client, doi))
    if doi and not pmid:
        found = _try(answers, EUROPE_PMC, "", lambda: europepmc.by_doi(client, doi))
        pmid = found.pmid if found else ""
    if pmid:
        found = _try(answers, PUBMED, pmid, lambda: pubmed.record(client, pmid))
        if PUBMED in answers.failures and not any(r.registry == EUROPE_PMC for r in answers.records):
            found = _try(answers, EUROPE_PMC, "", lambda: europepmc.by_pmid(client, pmid))
        # With the DOI that PubMed gives, Crossref can be asked as well.
        if found and found.doi and not doi:
            _try(answers, CROSSREF, found.doi, lambda: crossref.record(client, found.doi))
    return answers


def _try(answers: Answers, service: str, identifier: str, ask_service: Callable[[], Record | None]) -> Record | None:
    """Add a service's answer, its failure, or that it does not know ``identifier`` (if it ought to)."""
    try:
        found = ask_service()
    except ServiceError as error:
        answers.failures[error.service] = error.reason
        return None
    if found is not None:
        answers.records.append(found)
    elif identifier:
        answers.unknown.append((service, identifier))
    return found
