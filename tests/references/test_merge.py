"""Merging the bibliography and its snapshot work by work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.references.format import format_bib
from resistance.references.merge import MergeConflict, merge_text


def bib(**years: int) -> str:
    entries = "\n".join(
        f"@article{{{key},\n  author = {{{key}, A.}},\n  title = {{One}},\n"
        f"  journal = {{Nature}},\n  year = {{{year}}},\n}}\n"
        for key, year in sorted(years.items())
    )
    return f"@comment{{A remark}}\n\n{entries}"


HEADER = "key,doi,pmid,title,first_author,year,container,status,seen_at,seen_on\n"


def rows(**years: int) -> str:
    return HEADER + "".join(
        f'{key},,,"One, two",{key},{year},Nature,current,https://example.org/,2026-11-01\n'
        for key, year in sorted(years.items())
    )


@pytest.mark.parametrize(("make", "snapshot"), [(bib, False), (rows, True)], ids=["bibliography", "snapshot"])
class TestMerge:
    def test_works_added_at_one_place_stay_whole(self, make, snapshot: bool) -> None:
        merged = merge_text(make(A=1, Z=9), make(A=1, M=2, Z=9), make(A=1, L=3, N=4, Z=9), snapshot)
        assert merged == make(A=1, L=3, M=2, N=4, Z=9)

    def test_a_change_on_one_side_is_taken(self, make, snapshot: bool) -> None:
        assert merge_text(make(A=1, B=2), make(A=5, B=2), make(A=1, B=2), snapshot) == make(A=5, B=2)
        assert merge_text(make(A=1, B=2), make(A=1, B=2), make(A=5, B=2), snapshot) == make(A=5, B=2)

    def test_a_removal_on_one_side_is_taken(self, make, snapshot: bool) -> None:
        assert merge_text(make(A=1, B=2), make(A=1), make(A=1, B=2, C=3), snapshot) == make(A=1, C=3)

    def test_the_same_change_on_both_sides_is_one(self, make, snapshot: bool) -> None:
        assert merge_text(make(A=1), make(A=1, B=2), make(A=1, B=2), snapshot) == make(A=1, B=2)

    @pytest.mark.parametrize(("ours", "theirs"), [({"A": 2}, {"A": 3}), ({}, {"A": 3})], ids=["changed", "removed"])
    def test_a_work_that_both_changed_is_a_conflict(self, make, snapshot: bool, ours: dict, theirs: dict) -> None:
        with pytest.raises(MergeConflict) as caught:
            merge_text(make(A=1, B=1), make(B=1, **ours), make(B=1, **theirs), snapshot)
        assert caught.value.keys == ["A"]


WORKS = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1990, 1993), max_size=6)


@given(base=WORKS, ours=WORKS)
def test_merging_with_what_did_not_change_gives_the_other_side(base: dict, ours: dict) -> None:
    for first, second in ((ours, base), (base, ours)):
        assert merge_text(bib(**base), bib(**first), bib(**second), snapshot=False) == format_bib(bib(**ours))
