"""How long a page reads: the words of its running text, as a reader meets them."""

from __future__ import annotations

import re

from resistance.book.pages import Page

_ROLE = re.compile(r"\{([a-z:]+)\}(`+)(.+?)\2", re.DOTALL)
_TARGET = re.compile(r"\s*<[^<>]+>\s*$")
# A displayed formula reaches this text only where the book's configuration, which turns formulas on, cannot be read.
_DISPLAYED = re.compile(r"\$\$.+?\$\$(?:[ ]*\([\w-]+\))?", re.DOTALL)
_FORMULA = re.compile(r"\$[^$\n]+\$")
_BADGES = frozenset(("cite", "claim", "looked"))  # marks behind a sentence, not words of it
_NUMBERS = frozenset(("row", "count", "glue:text"))  # a figure or the text of one cell
_TABLES = frozenset(("list-table", "table"))
_WORD = re.compile(r"[^\W_]")


def words(text: str) -> int:
    """Number of words of a text in Markdown: what stands between spaces and holds a letter or a digit.

    A citation, a claim's badge and a search's badge are no words; a figure that a role reads and a formula are one
    each; of a link only the words that are shown count.

    >>> words("In {row}`a-row.n` women it was {row}`a-row` {cite}`Key2020` {claim}`a-claim`.")
    6
    """

    def shown(match: re.Match[str]) -> str:
        name, said = match[1], match[3]
        if name in _BADGES:
            return ""
        return "0" if name in _NUMBERS else _TARGET.sub("", said)

    return sum(
        bool(_WORD.search(word)) for word in _FORMULA.sub("0", _DISPLAYED.sub("", _ROLE.sub(shown, text))).split()
    )


def prose_words(page: Page) -> int:
    """Words of a page's paragraphs and lists.

    Not counted: front matter, headings, code, tables, captions, displayed formulas, and what directives print.
    """
    lines = page.text.split("\n")
    tables = [(d.first, d.first + d.content.count("\n")) for d in page.parts.directives if d.name in _TABLES]
    text = [
        text
        for line, text in page.parts.prose
        if not any(first <= line <= last for first, last in tables) and not lines[line - 1].lstrip().startswith("|")
    ]
    return words("\n".join(text))
