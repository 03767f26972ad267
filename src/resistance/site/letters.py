"""Pages of references by letter: on which page a work stands in full.

The letter is that of the first author, as it is compared (``Øverby`` stands under O, ``von Minckwitz`` under V), so a
page keeps its address and its works however many are added; what begins with no Latin letter stands under "Other".
"""

from __future__ import annotations

import string

from resistance.site import data

INDEX = "chapters/references"  # page with one line for each work of the book
OTHER = "other"
LETTERS = (*string.ascii_lowercase, OTHER)


def letter_of(key: str) -> str:
    """Letter under which a work of ``references.bib`` stands, one of :data:`LETTERS`.

    Raises
    ------
    KeyError
        If there is no work of that key.
    """
    work = data.current().printed(key)
    if work is None:
        raise KeyError(key)
    first = work.order[0][:1]
    return first if first in LETTERS else OTHER


def keys_by_letter() -> dict[str, list[str]]:
    """Keys of ``references.bib`` under each letter that has any, sorted, and all of them under ``""``."""

    def grouped() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"": []}
        for key in sorted(data.current().library.by_key):
            if data.current().printed(key) is not None:
                found[""].append(key)
                found.setdefault(letter_of(key), []).append(key)
        return found

    return data.current().once("keys by letter", grouped)


def letter_page(letter: str) -> str:
    """Document name of the page of a letter."""
    return f"{INDEX}/{letter}"


def letters_of_book() -> list[str]:
    """Letters of which the book has a page: none in a book whose page of references is whole by itself."""
    pages = set(data.current().contents)
    return [letter for letter in LETTERS if letter_page(letter) in pages]


def page_of(key: str) -> str:
    """Document name of the page on which a work stands in full, whether or not the book has it."""
    return letter_page(letter_of(key)) if letters_of_book() else INDEX
