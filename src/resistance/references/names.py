"""Names of people and groups as BibTeX writes them, split into their parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from resistance.references.latex import compact, fold, to_unicode

_BARE_MACRO = re.compile(r"(\band\s+)(?=\\)", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """One author or editor; a group has only ``literal``. All parts are Unicode."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def full_family(self) -> str:
        """Particle and family name (``de Reyniès``), or the name of the group."""
        return self.literal or " ".join(part for part in (self.particle, self.family) if part)

    @property
    def inverted(self) -> str:
        """``de Reyniès, Aurélien, Jr.``: family first, as RIS wants it."""
        return ", ".join(part for part in (self.full_family, self.given, self.suffix) if part)

    @property
    def inverted_bibtex(self) -> str:
        """``de Reyniès, Jr., Aurélien``: the order in which BibTeX wants the suffix."""
        return ", ".join(part for part in (self.full_family, self.suffix, self.given) if part)

    def spellings(self) -> set[str]:
        """Folded, unspaced forms under which a record may print the family name."""
        return {compact(self.full_family), compact(self.family or self.literal)} - {""}


def split_people(field: str) -> tuple[list[str], bool]:
    """The people of an author field as written, and whether the list ends in ``and others``."""
    # bibtexparser 2.1 loses the macro with which a name begins; behind an empty group it keeps it.
    guarded = _BARE_MACRO.sub(r"\1{}", " ".join(field.split()))
    people = [person.strip().removeprefix("{}") for person in split_multiple_persons_names(guarded)]
    cut = bool(people) and people[-1].lower() == "others"
    return (people[:-1] if cut else people), cut


def is_group(person: str) -> bool:
    """Whether the whole name stands in one pair of braces, as the name of a group does."""
    if not (person.startswith("{") and person.endswith("}")):
        return False
    depth = 0
    for position, character in enumerate(person):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return position == len(person) - 1
    return False


def parse_name(person: str) -> Name:
    """The parts of one name; never raises: what cannot be split is the family name."""
    if is_group(person):
        return Name(literal=to_unicode(person))
    parts = parse_single_name_into_parts(person, strict=False)
    if parts.first and not parts.von and "," not in person and all(word.islower() for word in parts.first):
        parts.first, parts.von = [], parts.first  # "de Castro" alone: BibTeX takes "de" for a particle
    return Name(
        family=to_unicode(" ".join(parts.last)),
        given=to_unicode(" ".join(parts.first)),
        particle=to_unicode(" ".join(parts.von)),
        suffix=to_unicode(" ".join(parts.jr)),
    )


def parse_names(field: str) -> tuple[list[Name], bool]:
    """All names of an author field, and whether the list was cut with ``and others``."""
    people, cut = split_people(field)
    return [parse_name(person) for person in people], cut


def key_letters(name: Name) -> set[str]:
    """Letter sequences, lower case, with which a key may begin for this first author.

    A family name may be cut at its first space or hyphen (``GarciaLopez`` or ``Garcia``), umlauts may be written out
    (``Mueller``), and a group may go by its initials or by an abbreviation in brackets.
    """
    written = [name.full_family, name.family or name.literal]
    written += [w.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for w in map(str.lower, written)]
    forms = {"".join(c for c in compact(w) if c.isalpha()) for w in written}
    forms |= {fold(w).split(" ")[0] for w in written}
    if name.literal:
        words = fold(name.literal).split()
        forms |= {"".join(w[0] for w in words), "".join(w[0] for w in words if w not in ("the", "of", "for", "and"))}
        forms |= set(words)
    return forms - {""}
