"""DOI, PMID, PMCID and arXiv identifiers: their form, and what is left of them when they are written otherwise."""

from __future__ import annotations

import re

_DOI = re.compile(r"10\.[0-9]{4,9}/\S*[^\s.,;]")
_DOI_ADDRESS = re.compile(r"\s*(?:doi:|https?://|(?:dx\.)?doi\.org/)\S*", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"\s*(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/)?(?:doi:)?\s*", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_PMID_PREFIX = re.compile(
    r"\s*(?:pmid:?|https?://pubmed\.ncbi\.nlm\.nih\.gov/|https?://www\.ncbi\.nlm\.nih\.gov/pubmed/)\s*", re.IGNORECASE
)
_PMCID = re.compile(r"PMC[1-9]\d*", re.ASCII)
_ARXIV = re.compile(r"(?:arxiv:)?(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(?P<id>\S+)", re.IGNORECASE)
# bioRxiv and medRxiv share their prefix with the journals of Cold Spring Harbor, which have letters after it.
_PREPRINT_DOI = re.compile(
    r"10\.(1101/(\d{4}\.\d{2}\.\d{2}\.)?\d{6,}|48550/|21203/rs|20944/preprints|26434/chemrxiv|2139/ssrn|64898/)",
    re.IGNORECASE,
)


def is_doi(text: str) -> bool:
    """Whether ``text`` is a bare DOI, in any case."""
    return bool(_DOI.fullmatch(text))


def is_doi_address(text: str) -> bool:
    """Whether ``text`` is a DOI written as an address or with ``doi:`` before it."""
    return bool(_DOI_ADDRESS.match(text))


def normal_doi(text: str) -> str:
    """The bare, lower-case DOI in ``text``; empty if there is none."""
    bare = _DOI_PREFIX.sub("", text, count=1).strip().rstrip(".,;").lower()
    return bare if is_doi(bare) else ""


def is_pmid(text: str) -> bool:
    """Whether ``text`` is a PubMed identifier."""
    return bool(_PMID.fullmatch(text))


def normal_pmid(text: str) -> str:
    """The digits of the PubMed identifier in ``text``; empty if there is none."""
    bare = _PMID_PREFIX.sub("", text, count=1).strip().rstrip("/")
    return bare if is_pmid(bare) else ""


def is_pmcid(text: str) -> bool:
    """Whether ``text`` is a PubMed Central identifier."""
    return bool(_PMCID.fullmatch(text))


def arxiv_id(eprint: str, archive: str, doi: str) -> str:
    """The arXiv identifier, without version, of an entry's ``eprint`` (if its archive is arXiv) or DOI."""
    match = _ARXIV_DOI.fullmatch(doi)
    if match is None and eprint and archive.lower() in ("", "arxiv"):
        match = _ARXIV.fullmatch(eprint)
    return re.sub(r"v\d+$", "", match["id"].lower()) if match else ""


def is_preprint_doi(doi: str) -> bool:
    """Whether the DOI belongs to a preprint server."""
    return bool(_PREPRINT_DOI.match(doi))
