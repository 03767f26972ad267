"""What the book knows already: by DOI, by PMID, and by a title that is the same or almost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from resistance.references.duplicates import TELLING_WORDS, differ_by_a_slip, telling_words
from resistance.references.identifiers import is_preprint_doi
from resistance.references.latex import compact, fold


@dataclass(frozen=True)
class Thing:
    """A work as far as it is compared."""

    doi: str = ""
    pmid: str = ""
    title: str = ""
    first_author: str = ""
    year: str = ""
    preprint: bool = False


class Known:
    """Works that are known; :meth:`holds` says whether another is one of them."""

    def __init__(self) -> None:
        self._dois: set[str] = set()
        self._pmids: set[str] = set()
        self._titles: dict[str, list[Thing]] = defaultdict(list)
        self._near: dict[int, list[tuple[Counter[str], Thing]]] = defaultdict(list)

    def add(self, thing: Thing) -> None:
        """Know a work from now on."""
        if thing.doi:
            self._dois.add(thing.doi.lower())
        if thing.pmid:
            self._pmids.add(thing.pmid)
        if title := compact(thing.title):
            self._titles[title].append(thing)
        words = telling_words(thing.title)
        for signature in _signatures(words, thing.first_author):
            self._near[signature].append((words, thing))

    def holds(self, thing: Thing) -> bool:
        """Whether a work is known.

        An article whose preprint is known is not: that it has been published is news.
        """
        if (thing.doi and thing.doi.lower() in self._dois) or (thing.pmid and thing.pmid in self._pmids):
            return True
        return any(not _published_since(other, thing) for other in self._alike(thing))

    def preprint_of(self, thing: Thing) -> bool:
        """Whether a preprint of this work is known."""
        return any(_published_since(other, thing) for other in self._alike(thing))

    def _alike(self, thing: Thing) -> Iterator[Thing]:
        words = telling_words(thing.title)
        long = words.total() >= TELLING_WORDS
        for other in self._titles.get(compact(thing.title), ()):
            same_author = fold(other.first_author) == fold(thing.first_author)
            # Short titles, such as Correspondence, are given to many works.
            if same_author if not long else same_author or other.year == thing.year:
                yield other
        for signature in _signatures(words, thing.first_author):
            for known, other in self._near.get(signature, ()):
                if differ_by_a_slip(known, words):
                    yield other


def _published_since(known: Thing, found: Thing) -> bool:
    return (known.preprint or is_preprint_doi(known.doi)) and not (found.preprint or is_preprint_doi(found.doi))


def _signatures(words: Counter[str], author: str) -> Iterator[int]:
    """Hashes of the telling words, and of these with each single one left out; as for doubles in the bibliography."""
    ordered = sorted(words.elements())
    if len(ordered) < TELLING_WORDS:
        return
    shorter = (ordered[:position] + ordered[position + 1 :] for position in range(len(ordered)))
    yield from dict.fromkeys(hash((fold(author), *some)) for some in (ordered, *shorter))
