"""The same work under two keys, preprints that have become articles, and journals spelt in two ways.

Every comparison goes through a table of signatures, so that the time grows linearly with the number of entries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from resistance.diagnostics import Finding
from resistance.references.entry_checks import is_preprint
from resistance.references.identifiers import arxiv_id, is_pmcid, normal_doi, normal_pmid
from resistance.references.latex import fold
from resistance.references.library import Entry
from resistance.references.rules import BY_NAME

# Titles shorter than this are too general to say that two works are one unless author or year agree as well.
TELLING_WORDS = 6
# A title that differs in one word is compared with at most this many others that share the rest.
_BUCKET = 8
_STOP_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "via",
        "with",
    )
)
_SMALL_WORDS = frozenset(("and", "de", "der", "for", "in", "of", "on", "the", "und"))
# Contractions in journal names; all other ISO 4 abbreviations are beginnings of the word.
_CONTRACTIONS = {"natl": "national", "intl": "international", "int": "international", "jpn": "japanese"}


@dataclass(frozen=True)
class _Work:
    """What is compared of an entry."""

    entry: Entry
    words: tuple[str, ...]
    telling: Counter[str]
    author: str
    year: str
    preprint: bool


def check_duplicates(entries: Iterable[Entry], path: str) -> list[Finding]:
    """Entries that are one work, each reported once, at the later entry (or at the preprint)."""
    entries = list(entries)
    findings: list[Finding] = []
    told: set[str] = set()
    for rule, name, identify in _IDENTIFIERS:
        first: dict[str, Entry] = {}
        for entry in entries:
            value = identify(entry)
            earlier = first.setdefault(value, entry) if value else entry
            if earlier is not entry and entry.key not in told:
                told.add(entry.key)
                message = f"{entry.key} has the {name} {value}, which {earlier.key} on line {earlier.line} has too"
                findings.append(Finding.of(BY_NAME[rule], path, entry.line_of(name.lower()), message))
    for earlier, later in _same_titles(entries):
        if told.isdisjoint((earlier.entry.key, later.entry.key)):
            told.add(later.entry.key)
            findings.append(_same_title(earlier, later, path))
    return findings


def _arxiv(entry: Entry) -> str:
    return arxiv_id(entry.text("eprint"), entry.text("archiveprefix") or entry.text("eprinttype"), entry.text("doi"))


def _pmcid(entry: Entry) -> str:
    value = entry.text("pmcid").upper()
    return value if is_pmcid(value) else ""


def _own_doi(entry: Entry) -> str:
    return normal_doi(entry.text("doi"))


def _own_pmid(entry: Entry) -> str:
    return normal_pmid(entry.text("pmid"))


_IDENTIFIERS: tuple[tuple[str, str, Callable[[Entry], str]], ...] = (
    ("same-doi", "DOI", _own_doi),
    ("same-pmid", "PMID", _own_pmid),
    ("same-pmcid", "PMCID", _pmcid),
    ("same-arxiv", "eprint", _arxiv),
)


def _same_title(earlier: _Work, later: _Work, path: str) -> Finding:
    if earlier.preprint != later.preprint:
        preprint, article = (earlier, later) if earlier.preprint else (later, earlier)
        message = f"{preprint.entry.key} is the preprint of {article.entry.key} on line {article.entry.line}"
        return Finding.of(BY_NAME["preprint-superseded"], path, preprint.entry.line, message)
    message = f"{later.entry.key} has the title of {earlier.entry.key} on line {earlier.entry.line}"
    return Finding.of(BY_NAME["same-title"], path, later.entry.line_of("title"), message)


def _same_titles(entries: Iterable[Entry]) -> Iterator[tuple[_Work, _Work]]:
    """Pairs with equal or almost equal titles, the earlier entry first."""
    exact: dict[str, _Work] = {}
    almost: dict[int, list[_Work]] = defaultdict(list)
    for entry in entries:
        if entry.parent is not None or not entry.raw("title"):
            continue
        work = _work(entry)
        earlier = exact.setdefault("".join(work.words), work)
        if earlier is not work:
            if _agree(earlier, work):
                yield earlier, work
            continue
        for signature in _signatures(work):
            bucket = almost[signature]
            match = next((other for other in bucket if differ_by_a_slip(other.telling, work.telling)), None)
            if match is not None:
                yield match, work
                break
            if len(bucket) < _BUCKET:
                bucket.append(work)


def _work(entry: Entry) -> _Work:
    words = tuple(fold(entry.text("title")).split())
    author = fold(entry.first_author.full_family) if entry.first_author else ""
    return _Work(entry, words, telling_words(entry.text("title")), author, entry.text("year"), is_preprint(entry))


def _agree(one: _Work, other: _Work) -> bool:
    """Whether two works with one title are one work."""
    if one.author == other.author or one.preprint != other.preprint:
        return one.author == other.author
    return len(one.words) >= TELLING_WORDS and one.year == other.year


def _signatures(work: _Work) -> Iterator[int]:
    """Hashes of the sorted words, and of the words with each single one left out.

    Only for titles that are long enough, and together with the first author, as series of papers differ in a word.
    """
    words = sorted(work.telling.elements())
    if len(words) < TELLING_WORDS:
        return
    shorter = (words[:position] + words[position + 1 :] for position in range(len(words)))
    yield from dict.fromkeys(hash((work.author, *some)) for some in (words, *shorter))


def telling_words(title: str) -> Counter[str]:
    """Words of a title for comparison, without the small ones."""
    return Counter(word for word in fold(title).split() if word not in _STOP_WORDS)


def differ_by_a_slip(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two titles differ in small words, in their order, or in one word by a letter or two.

    Parameters
    ----------
    one, other : their telling words
    """
    left, right = one - other, other - one
    if not left and not right:
        return True
    if left.total() != 1 or right.total() != 1:
        return False
    (a,), (b,) = left, right
    # Numbers and short words tell a series apart (part I, part II; phase 2, phase 3).
    return min(len(a), len(b)) >= 5 and a.isalpha() and b.isalpha() and SequenceMatcher(None, a, b).ratio() >= 0.85


def check_journals(entries: Iterable[Entry], path: str) -> list[Finding]:
    """Entries that spell their journal otherwise than most entries, or abbreviate what others write out."""
    spellings: Counter[str] = Counter()
    users: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        name = entry.text("journal")
        if name:
            spellings[name] += 1
            users[name].append(entry)
    findings = []
    for group in _journal_groups(list(spellings)):
        # The full name before an abbreviation, then what most entries write, then what comes first.
        best = max(group, key=lambda name: (sum(map(len, _journal_words(name))), spellings[name]))
        for name in group:
            for entry in users[name] if name != best else []:
                message = f"{entry.key} writes {name!r} where {users[best][0].key} has {best!r}"
                findings.append(Finding.of(BY_NAME["journal-spelling"], path, entry.line_of("journal"), message))
    return findings


def _journal_words(name: str) -> tuple[str, ...]:
    """Telling words of a journal's name: no article, ``&`` as ``and``, no small words."""
    return tuple(word for word in fold(name.replace("&", " and ")).split() if word not in _SMALL_WORDS)


def _journal_groups(names: list[str]) -> Iterator[list[str]]:
    """Groups of two or more spellings of one journal, found among names with the same initials."""
    blocks: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in names:
        words = _journal_words(name)
        blocks["".join(word[0] for word in words)][words].append(name)
    for block in blocks.values():
        groups: list[tuple[tuple[str, ...], list[str]]] = []
        for words, same in sorted(block.items(), key=lambda item: -sum(map(len, item[0]))):
            home = next((group for full, group in groups if _abbreviates(words, full)), None)
            if home is None:
                groups.append((words, list(same)))
            else:
                home.extend(same)
        yield from (group for _, group in groups if len(group) > 1)


def _abbreviates(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether every word of ``short`` is, or abbreviates, the word of ``full`` in its place.

    A word that lacks only a letter or two is another word (Cancer and Cancers are two journals).
    """
    if len(full) < 2:
        return False
    return all(
        a == b or _CONTRACTIONS.get(a) == b or (b.startswith(a) and len(b) - len(a) >= 3)
        for a, b in zip(short, full, strict=True)
    )
