"""A search that is written for PubMed, in the words of Europe PMC.

What a tag of PubMed limits to subject headings is looked for in title and abstract as well, because a new record waits
for its headings for weeks, and a search by date of entry would never see it again. The full text, which Europe PMC
searches by default, is left out. A heading there does not bring those below it along, and a word without a tag is not
put into PubMed's synonyms; so the search is run on PubMed too, as it is written.

The fields ``TITLE``, ``ABSTRACT``, ``KW`` (keywords of publishers and subject headings), ``PUB_TYPE`` and
``CREATION_DATE`` (day of entry) stand in appendix 1 of the "EBI Europe PMC Web Service Reference Guide" 6.9
(https://europepmc.org/docs/EBI_Europe_PMC_Web_Service_Reference.pdf), read in a stored copy of document version 1.51
(2023). The tags are those of PubMed's help (https://pubmed.ncbi.nlm.nih.gov/help/), read as listed in stored copies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'\s*(?:(?P<sign>[()])|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"\[\]]+)|\[(?P<tag>[^\]]*)\])')
_OPERATORS = ("AND", "OR", "NOT")
_WORDS = ("TITLE", "ABSTRACT", "KW")
# Where each tag of PubMed looks, as Europe PMC calls it.
_FIELDS = {
    **dict.fromkeys(("ti", "title"), ("TITLE",)),
    **dict.fromkeys(("tiab", "title/abstract", "tw", "text word"), _WORDS),
    **dict.fromkeys(("mh", "mesh", "mesh terms", "majr", "mesh major topic", "ot", "other term"), _WORDS),
    **dict.fromkeys(("pt", "publication type"), ("PUB_TYPE",)),
    **dict.fromkeys(("all", "all fields"), (*_WORDS, "PUB_TYPE")),
}


class QueryError(ValueError):
    """A search that cannot be read; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class _Term:
    text: str
    phrase: bool


def to_europe_pmc(query: str) -> str:
    """A PubMed search as Europe PMC reads it.

    Parameters
    ----------
    query : terms, phrases in double quotation marks and tags in brackets, joined by AND, OR, NOT and parentheses;
        words side by side are joined by AND, as PubMed does

    Raises
    ------
    QueryError
        If a parenthesis or quotation mark is not closed, or a tag is not known.
    """
    tokens = _tokens(query)
    if not tokens:
        raise QueryError("the search is empty; write it under 'search' in the front matter")
    out: list[str] = []
    depth = 0
    position = 0
    while position < len(tokens):
        kind, text = tokens[position]
        if kind == "sign":
            depth += 1 if text == "(" else -1
            if depth < 0:
                raise QueryError(f"the search closes a parenthesis that it has not opened: {query!r}")
            _join(out, text)
            position += 1
        elif kind == "word" and text in _OPERATORS:
            out.append(text)
            position += 1
        elif kind == "tag":
            raise QueryError(f"the tag [{text}] of the search stands behind no word")
        else:
            position = _terms(tokens, position, out)
    if depth:
        raise QueryError(f"the search leaves {depth} parentheses open: {query!r}")
    if out[0] in ("AND", "OR") or out[-1] in _OPERATORS:
        raise QueryError(f"the search begins or ends with {out[0] if out[0] in _OPERATORS else out[-1]}: {query!r}")
    return " ".join(out).replace("( ", "(").replace(" )", ")")


def _join(out: list[str], text: str) -> None:
    """Add a part; two parts side by side are joined by AND."""
    if text != ")" and out and out[-1] not in ("(", *_OPERATORS):
        out.append("AND")
    out.append(text)


def _tokens(query: str) -> list[tuple[str, str]]:
    if query.count('"') % 2:
        raise QueryError(f"the search leaves a quotation mark open: {query!r}")
    found, at = [], 0
    text = query.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"the search cannot be read from {text[at : at + 20]!r} on")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


def _terms(tokens: list[tuple[str, str]], position: int, out: list[str]) -> int:
    """Add the words and phrases from a position up to the next tag, sign or operator; returns where to go on."""
    terms: list[_Term] = []
    while position < len(tokens):
        kind, text = tokens[position]
        if kind == "tag":
            # Words before a tag are one phrase under it.
            if len(terms) > 1 and not any(term.phrase for term in terms):
                terms = [_Term(" ".join(term.text for term in terms), True)]
            *before, last = terms
            for term in before:
                _join(out, _looked_for(term, (*_WORDS, "PUB_TYPE")))
            _join(out, _looked_for(last, _fields(text)))
            return position + 1
        if kind == "sign" or (kind == "word" and text in _OPERATORS):
            break
        terms.append(_Term(text, kind == "phrase"))
        position += 1
    for term in terms:
        _join(out, _looked_for(term, (*_WORDS, "PUB_TYPE")))
    return position


def _fields(tag: str) -> tuple[str, ...]:
    name = tag.lower().partition(":")[0].strip()
    if name not in _FIELDS:
        known = ", ".join(sorted(_FIELDS))
        raise QueryError(f"the tag [{tag}] of the search is not one that can be asked of Europe PMC: {known}")
    return _FIELDS[name]


def _looked_for(term: _Term, fields: tuple[str, ...]) -> str:
    """One term in each of the fields; Europe PMC takes no wildcard in a phrase, so that its words are asked for."""
    words = term.text.split()
    if "*" in term.text and len(words) > 1:
        return "(" + " AND ".join(_looked_for(_Term(word, False), fields) for word in words) + ")"
    quoted = term.text if re.fullmatch(r"[\w*]+", term.text) else f'"{term.text.replace("*", "")}"'
    return "(" + " OR ".join(f"{field}:{quoted}" for field in fields) + ")"
