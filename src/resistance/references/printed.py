"""How a work is printed: its entry in a list, the names by which the text cites it, and its place in a list.

No markup language is chosen here: an entry is a sequence of :class:`Span`, which the site turns into nodes. Text is
what :meth:`Entry.text` gives, so a page and an export read the same TeX in the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from resistance.references.latex import fold
from resistance.references.library import Entry
from resistance.references.names import Name, parse_name, split_people

SHOWN_AUTHORS = 6
_WORD_BREAK = re.compile(r"([\s\-])")
_ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text: plain, emphasised, or with the address that it links to."""

    text: str
    emphasis: bool = False
    address: str = ""


@dataclass(frozen=True)
class Printed:
    """A work as it is shown: spans of its entry, names and year in a citation, key that orders a list."""

    key: str
    spans: tuple[Span, ...]
    names: str
    et_al: bool
    year: str
    order: tuple[str, str, str]

    @property
    def text(self) -> str:
        """The entry as plain text."""
        return "".join(span.text for span in self.spans)


def printed(entry: Entry) -> Printed:
    """Everything that a page shows of one work."""
    names, et_al = _cited(entry)
    return Printed(entry.key, tuple(_spans(entry)), names, et_al, entry.text("year"), _order(entry))


def _spans(entry: Entry) -> list[Span]:
    """Authors. Title. Where it appeared. Identifiers or addresses."""
    parts = [[Span(_sentence(text))] for text in (_authors(entry), entry.text("title")) if text]
    parts += _article(entry) if entry.raw("journal") else _other(entry)
    links = [] if entry.raw("journal") else [*_address(entry)]
    if doi := entry.text("doi"):
        links.append([Span(f"doi:{doi}", address=f"https://doi.org/{doi}")])
    if links:
        joined = [span for number, link in enumerate(links) for span in ([Span(", ")] if number else []) + link]
        parts.append([*joined, Span(".")])
    spans: list[Span] = []
    for part in parts:
        spans += ([Span(" ")] if spans else []) + part
    return _merged(spans)


def _article(entry: Entry) -> list[list[Span]]:
    """*Journal* year, volume(number):pages. A part that is not known yet is left out (published online first)."""
    head, volume = entry.text("year"), entry.text("volume")
    if volume:
        number, pages = entry.text("number"), entry.text("pages").replace("--", "–") or entry.text("eid")
        volume += (f"({number})" if number else "") + (f":{pages}" if pages else "")
    tail = ", ".join(part for part in (head, volume) if part)
    return [[Span(entry.text("journal"), emphasis=True), Span(f" {tail}." if tail else ".")]]


def _other(entry: Entry) -> list[list[Span]]:
    """In *Book*. Publisher, year. Note. For everything that did not appear in a journal."""
    parts: list[list[Span]] = []
    if book := entry.text("booktitle"):
        parts.append([Span("In "), Span(book, emphasis=True), Span(".")])
    published = [
        entry.text(name) for name in ("howpublished", "publisher", "school", "institution", "organization", "address")
    ]
    if edition := entry.text("edition"):
        published.append(f"{edition} edition")
    shown = ", ".join(part for part in (*published, entry.text("year")) if part)
    return parts + [[Span(_sentence(text))] for text in (shown, entry.text("note")) if text]


def _address(entry: Entry) -> list[list[Span]]:
    links = []
    if url := entry.text("url"):
        links.append([Span("URL: "), Span(url, address=url)])
    if eprint := entry.text("eprint"):
        links.append([Span(f"arXiv:{eprint}", address=f"https://arxiv.org/abs/{eprint}")])
    return links


def _sentence(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."


def _merged(spans: list[Span]) -> list[Span]:
    """Neighbouring plain spans as one."""
    out: list[Span] = []
    for span in spans:
        if out and not (span.emphasis or span.address or out[-1].emphasis or out[-1].address):
            out[-1] = Span(out[-1].text + span.text)
        else:
            out.append(span)
    return out


def _authors(entry: Entry) -> str:
    """The first six authors with their initials; a longer list, or one that the file cuts, ends in ``et al.``"""
    people, cut = split_people(entry.raw("author") or entry.raw("editor"))
    names = [_initials_and_family(parse_name(person)) for person in people[:SHOWN_AUTHORS]]
    return ", ".join(names) + (", et al." if cut or len(people) > SHOWN_AUTHORS else "")


def _initials_and_family(name: Name) -> str:
    initials = " ".join(_initial(word) for word in name.given.split())
    shown = " ".join(part for part in (initials, name.full_family) if part)
    return f"{shown}, {name.suffix}" if name.suffix else shown


def _initial(word: str) -> str:
    """``J.-P.`` for ``Jean-Pierre``; what holds more than letters, such as ``J.``, stays as it is."""
    return "".join(part[0] + "." if part.isalpha() else part for part in _WORD_BREAK.split(word))


def _cited(entry: Entry) -> tuple[str, bool]:
    """Names by which the text cites a work, and whether ``et al.`` follows: one or two names, else the first."""
    people, cut = split_people(entry.raw("author") or entry.raw("editor"))
    if not people:
        return entry.text("title"), False
    families = [parse_name(person).full_family for person in people[:2]]
    if cut or len(people) > 2:
        return families[0], True
    return " and ".join(families), False


def _order(entry: Entry) -> tuple[str, str, str]:
    """Authors, year, title: a list is sorted by them, without regard to case, accents, and the braces of groups."""
    people, cut = split_people(entry.raw("author") or entry.raw("editor"))
    names = [parse_name(person) for person in people] or [Name(literal=entry.text("title"))]
    shown = ["  ".join(map(fold, (name.full_family, name.given, name.suffix))) for name in names]
    return "   ".join([*shown, *(["others"] if cut else [])]), entry.text("year"), fold(entry.text("title"))
