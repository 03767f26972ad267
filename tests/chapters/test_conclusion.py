"""The conclusion's own parts: what would change our mind, and the map of the whole book."""

from __future__ import annotations

import pytest

from resistance.evidence.strategies import places
from resistance.evidence.tables import check_table, evidence_tables
from resistance.show.strategy_map import strategy_map

TEXTS = {"anchor": "fig-map", "finding": "Most did not find it.", "caption": "Studies by mechanism and strategy."}


@pytest.fixture(autouse=True)
def _the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def found():
    return places(evidence_tables())


def marks(layer):
    """Marks of a chart that lead somewhere."""
    values = [v for part in layer["layer"] for v in part.get("data", {}).get("values", [])]
    return [value for value in values if "link" in value]


def test_each_decisive_test_is_of_a_claim_that_its_page_makes() -> None:
    chapter = {claim["id"]: claim["chapter"] for claim in check_table("claims").rows}
    rows = check_table("decisive_tests").rows
    assert len(rows) >= 10
    for row in rows:
        assert chapter.get(row["claim"]) == row["page"], row["id"]
    assert len({row["claim"] for row in rows}) == len(rows)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_place_of_the_map_is_a_mark_that_leads_to_its_page(width: str) -> None:
    payload = strategy_map(found(), **TEXTS).payload
    shown = marks(payload["narrow" if width == "narrow" else "spec"])
    assert len(shown) == len(payload["rows"]) == len(found())
    for mark, place in zip(shown, found(), strict=True):
        assert mark["link"] == f"#page-{place.page}"
        assert mark["level"] == place.level
        assert f"{place.mechanism}, {place.strategy}: {len(place.studies)} stud" in mark["words"]
        assert f"{len(place.unfavourable)} with figures" in mark["words"] or not place.unfavourable


def test_the_largest_mark_has_the_most_studies_and_its_description_counts_them() -> None:
    payload = strategy_map(found(), **TEXTS).payload
    largest = max(marks(payload["spec"]), key=lambda mark: mark["area"])
    most = max(found(), key=lambda place: len(place.studies))
    assert f": {len(most.studies)} studies" in largest["words"]
    assert f"{most.strategy} {len(most.studies)} ({most.level}, {len(most.unfavourable)} not)" in payload["alt"]


def test_a_map_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no table of the book has rows"):
        strategy_map([], **TEXTS)
