"""Names of people and groups in their parts."""

from __future__ import annotations

import pytest

from resistance.references.names import Name, key_letters, parse_name, parse_names, split_people


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Vasan, Neil", Name("Vasan", "Neil")),
        (r"de Reyni{\`e}s, Aur{\'e}lien", Name("Reyniès", "Aurélien", "de")),
        ("Van Schaeybroeck, Sandra", Name("Van Schaeybroeck", "Sandra")),
        ("van der Berg, Jan", Name("Berg", "Jan", "van der")),
        ("King, Jr., Martin Luther", Name("King", "Martin Luther", suffix="Jr.")),
        ("Beeblebrox, IV, Zaphod", Name("Beeblebrox", "Zaphod", suffix="IV")),
        ("Geva-Zatorsky, Naama", Name("Geva-Zatorsky", "Naama")),
        ("Garcia Lopez, Ana", Name("Garcia Lopez", "Ana")),
        (r"{\O}stergaard, S{\o}ren", Name("Østergaard", "Søren")),
        ("{van der Berg}, Jan", Name("van der Berg", "Jan")),
        ("{World Health Organization}", Name(literal="World Health Organization")),
        (r"{National Cancer Institute \& Partners}", Name(literal="National Cancer Institute & Partners")),
        ("Ludwig van Beethoven", Name("Beethoven", "Ludwig", "van")),
        ("de Castro", Name("Castro", "", "de")),
        ("李, 明", Name("李", "明")),
        ("Broken, {name", Name("Broken", "name")),
        ("", Name()),
    ],
)
def test_a_name_is_split_into_its_parts(written: str, name: Name) -> None:
    assert parse_name(written) == name


def test_people_are_split_at_and_outside_braces() -> None:
    field = "Smith, J. and {Health and Food Agency} and Anderson,\n  A. AND others"
    assert split_people(field) == (["Smith, J.", "{Health and Food Agency}", "Anderson, A."], True)
    names, cut = parse_names(field)
    assert [name.full_family for name in names] == ["Smith", "Health and Food Agency", "Anderson"]
    assert cut


def test_the_two_inverted_orders() -> None:
    name = Name("Reyniès", "Aurélien", "de", "Jr.")
    assert name.inverted == "de Reyniès, Aurélien, Jr."
    assert name.inverted_bibtex == "de Reyniès, Jr., Aurélien"
    assert Name(literal="A Group").inverted == "A Group"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        (Name("Müller"), {"muller", "mueller"}),
        (Name("Reyniès", particle="de"), {"dereynies", "reynies"}),
        (Name("Garcia Lopez"), {"garcialopez", "garcia"}),
        (Name(literal="Early Breast Cancer Trialists' Group"), {"ebctg", "early"}),
    ],
)
def test_a_key_may_begin_in_the_usual_ways(name: Name, letters: set[str]) -> None:
    assert letters <= key_letters(name)
