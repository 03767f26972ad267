"""Pages dealt out to the processes that read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance import private
from resistance.site.shares import dealt


def loads(order: list[str], sizes: dict[str, int], pieces: list[int]) -> list[int]:
    begins = [sum(pieces[:number]) for number in range(len(pieces))]
    return [sum(sizes[page] for page in order[b : b + n]) for b, n in zip(begins, pieces, strict=True)]


def test_large_pages_that_stand_together_are_shared_out() -> None:
    sizes = {f"about/{number:02}": 2 for number in range(40)} | {f"chapter/{number:02}": 30 for number in range(20)}
    pieces = private.pieces(len(sizes), 2)
    before, after = loads(sorted(sizes), sizes, pieces), loads(dealt(sorted(sizes), sizes, pieces, 2), sizes, pieces)
    assert max(before) > 1.6 * max(after)
    full = after[: len(pieces) - len(pieces) % 2]
    assert max(full) - min(full) <= 30, "no piece waits for more than a page of another"
    assert max(after[len(full) :], default=0) <= min(full)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=120), st.integers(1, 9), st.randoms(use_true_random=False))
def test_every_page_once_and_whatever_the_order_the_same(numbers, processes, random) -> None:
    sizes = {f"page{number}": size for number, size in enumerate(numbers)}
    pieces = private.pieces(len(sizes), processes)
    order = dealt(list(sizes), sizes, pieces, processes)
    assert sorted(order) == sorted(sizes)
    shuffled = list(sizes)
    random.shuffle(shuffled)
    assert dealt(shuffled, sizes, pieces, processes) == order


def test_pieces_that_do_not_hold_the_pages_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"pieces of \[2\] pages do not hold 1 pages"):
        dealt(["a"], {}, [2], 2)
