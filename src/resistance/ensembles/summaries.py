"""What is kept of many numbers: count, moments, extremes and a histogram, the same to the last bit in any order.

Every part is exact under addition. Counts are whole numbers. Sums are taken over fixed blocks, and the blocks' sums are
added as whole multiples of the smallest double. The histogram's bins are the doubles that share sign, exponent and the
first ten binary digits: they need no range beforehand, an infinite value has a bin of its own, and a quantile is the
lower end of its bin, at most 0.1% away from the value sought and exact for whole numbers up to 2,048.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resistance.models._validate import PROBABILITY, Interval, floats

_DIGITS = 10  # binary digits of the mantissa that tell bins apart
_DROPPED = 52 - _DIGITS
_PAGE = 1 << _DIGITS  # bins of one sign and exponent
_WIDEST = 64 * _PAGE  # bins that are counted in one array
_HALF = 2048  # signs and exponents below zero
_MAGNITUDE = np.int64(0x7FFF_FFFF_FFFF_FFFF)
_SMALLEST = 1074  # every finite double is a whole multiple of 2**-1074
_ANY = Interval("not NaN", infinite=True)

Whole = NDArray[np.int64]


def bins(values: ArrayLike) -> Whole:
    """Number of each value's bin; rises with the value, from minus to plus infinity."""
    # Adding 0 turns the negative zero, which would lie below its bin, into the positive one.
    bits = (np.asarray(values, dtype=np.float64) + 0.0).view(np.int64)
    return (bits ^ ((bits >> 63) & _MAGNITUDE)) >> _DROPPED


def _bins_above_zero(values: NDArray[np.float64]) -> Whole:
    """The same for values above 0, whose bits rise with them as they are."""
    return np.ascontiguousarray(values).view(np.int64) >> _DROPPED


def lower_ends(numbers: ArrayLike) -> NDArray[np.float64]:
    """Value of least magnitude of each bin: the inverse of :func:`bins` for values of at most ten binary digits."""
    numbers = np.asarray(numbers, dtype=np.int64)
    ordered = np.where(numbers < 0, ((numbers + 1) << _DROPPED) - 1, numbers << _DROPPED)
    return (ordered ^ ((ordered >> 63) & _MAGNITUDE)).view(np.float64)


def _multiple(value: float) -> int:
    """A finite double as a whole multiple of the smallest one."""
    numerator, denominator = value.as_integer_ratio()
    return numerator << (_SMALLEST + 1 - denominator.bit_length())


@dataclass
class Summary:
    """Summary of one output of a model, over all patients or over one group of them.

    ``count`` values were seen, ``finite`` of them finite; mean and standard deviation are of the finite ones, quantiles
    and shares of all.
    """

    count: int = 0
    finite: int = 0
    least: float = math.inf
    greatest: float = -math.inf
    _sum: int = 0
    _squares: int | None = 0  # None where a square is beyond the doubles
    # Counts of the bins, a page of them for each sign and exponent that was met, and where each page begins.
    _counts: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _begins: Whole = field(default_factory=lambda: np.full(2 * _HALF, -1))
    # Counts that have still to be entered there, of the bins from ``_base`` on.
    _pending: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _base: int = 0

    def add(self, values: NDArray[np.float64]) -> None:
        """Add the values of one block, of one dimension.

        Raises ``ValueError`` if one of them is not a number, or they have a sum that a double cannot hold.
        """
        if not values.size:
            return
        low, high = float(values.min()) + 0.0, float(values.max()) + 0.0  # no negative zero, as in the bins
        if math.isnan(low):
            raise ValueError("values must be numbers, got NaN")
        self._add_to_bins(values, low, high)
        self.count += values.size
        self.least, self.greatest = min(self.least, low), max(self.greatest, high)
        finite = values if math.isfinite(low) and math.isfinite(high) else values[np.isfinite(values)]
        self.finite += finite.size
        # NumPy's own sum: a product of vectors would come from a library that divides it among threads.
        with np.errstate(over="ignore"):
            total, squares = float(finite.sum()), float((finite * finite).sum())
        if not math.isfinite(total):
            raise ValueError(f"values must have a sum that a double can hold, got values up to {high:g}")
        self._sum += _multiple(total)
        known = self._squares is not None and math.isfinite(squares)
        self._squares = self._squares + _multiple(squares) if known else None

    def _add_to_bins(self, values: NDArray[np.float64], low: float, high: float) -> None:
        """Count values by their bins: near to each other, as they mostly are, in an array that spans all of them."""
        numbers = _bins_above_zero(values) if low > 0 else bins(values)
        first, last = ((bins([low, high]) >> _DIGITS) << _DIGITS).tolist()
        if last - first >= _WIDEST:
            self._count(numbers)
            return
        if first < self._base or last >= self._base + self._pending.size:
            self._enter()
            self._base, self._pending = first, np.zeros(last - first + _PAGE, dtype=np.int64)
        self._pending += np.bincount(numbers - self._base, minlength=self._pending.size)

    def _enter(self) -> None:
        """Enter what is pending."""
        filled = np.flatnonzero(self._pending)
        counts = self._pending[filled]
        self._pending = np.zeros(0, dtype=np.int64)
        self._count(filled + self._base, counts)

    def _count(self, numbers: Whole, counts: Whole | None = None) -> None:
        """Count values by the numbers of their bins, each once or as often as ``counts`` says."""
        pages = (numbers >> _DIGITS) + _HALF
        begins = self._begins[pages]
        if begins.size and begins.min() < 0:
            new = np.unique(pages[begins < 0])
            self._begins[new] = self._counts.size + (np.arange(new.size) << _DIGITS)
            self._counts = np.concatenate([self._counts, np.zeros(new.size << _DIGITS, dtype=np.int64)])
            begins = self._begins[pages]
        places = begins + (numbers & (_PAGE - 1))
        if counts is None:
            self._counts += np.bincount(places, minlength=self._counts.size)
        else:
            self._counts[places] += counts  # no number occurs twice

    def merge(self, other: Summary) -> None:
        """Add what another summary has seen; the order of such additions does not matter."""
        self._count(*other.histogram())
        self.count += other.count
        self.finite += other.finite
        self.least, self.greatest = min(self.least, other.least), max(self.greatest, other.greatest)
        self._sum += other._sum
        known = self._squares is not None and other._squares is not None
        self._squares = self._squares + other._squares if known else None

    def histogram(self) -> tuple[Whole, Whole]:
        """Numbers of the bins that hold anything, rising, and how many values each holds."""
        self._enter()
        pages = np.flatnonzero(self._begins >= 0)
        inside = np.arange(_PAGE)
        numbers = (((pages - _HALF) << _DIGITS)[:, None] + inside).ravel()
        counts = self._counts[(self._begins[pages][:, None] + inside).ravel()]
        return numbers[counts > 0], counts[counts > 0]

    @property
    def mean(self) -> float:
        """Mean of the finite values; NaN if there are none."""
        return float(Fraction(self._sum, self.finite << _SMALLEST)) if self.finite else math.nan

    @property
    def sd(self) -> float:
        """Standard deviation of the finite values, with ``n - 1``; NaN with fewer than two, or beyond 1e154."""
        if self.finite < 2 or self._squares is None:
            return math.nan
        n, total = self.finite, Fraction(self._sum, 1 << _SMALLEST)
        spread = Fraction(self._squares, 1 << _SMALLEST) - total * total / n
        return math.sqrt(max(spread / (n - 1), 0))

    def quantile(self, probability: ArrayLike) -> float | NDArray[np.float64]:
        """The least value that a share of at least ``probability`` (between 0 and 1) of all does not exceed.

        As an end of its bin, at most 0.1% nearer to 0. Raises ``ValueError`` if a probability leaves its range or
        nothing was seen.
        """
        wanted = floats("probability", probability)
        if not PROBABILITY.holds(wanted) or not self.count:
            raise ValueError(f"probability must be between 0 and 1, of something seen, got {probability!r}")
        numbers, counts = self.histogram()
        # The rounding of p n is taken back: the third of three at p = 1, not a fourth.
        rank = np.maximum(np.ceil(wanted * self.count * (1 - 1e-14)), 1)
        found = lower_ends(numbers[np.searchsorted(np.cumsum(counts), rank)])
        return found if found.ndim else float(found)

    def above(self, value: ArrayLike) -> float | NDArray[np.float64]:
        """Share of all values that lie above ``value``; those of its bin, at most 0.1% away, count as not above.

        With times of an event this is the share without the event. Raises ``ValueError`` if nothing was seen.
        """
        asked = floats("value", value)
        if not _ANY.holds(asked) or not self.count:
            raise ValueError(f"value must be compared with something seen, got {value!r}")
        numbers, counts = self.histogram()
        upto = np.concatenate([[0], np.cumsum(counts)])
        found = (self.count - upto[np.searchsorted(numbers, bins(asked), side="right")]) / self.count
        return found if found.ndim else float(found)

    def record(self) -> dict[str, Any]:
        """The summary as JSON holds it, without losing a digit."""
        numbers, counts = self.histogram()
        return {
            "count": self.count,
            "finite": self.finite,
            "least": self.least.hex(),
            "greatest": self.greatest.hex(),
            "sum": hex(self._sum),
            "squares": None if self._squares is None else hex(self._squares),
            "bins": numbers.tolist(),
            "counts": counts.tolist(),
        }

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Summary:
        """The summary of a :meth:`record`; raises ``ValueError``, ``KeyError`` or ``TypeError`` if it is none."""
        numbers, counts = (np.array(record[name], dtype=np.int64) for name in ("bins", "counts"))
        if counts.size != numbers.size or counts.sum() != record["count"]:
            raise ValueError("the counts are not those of the record")
        made = cls(
            int(record["count"]),
            int(record["finite"]),
            float.fromhex(record["least"]),
            float.fromhex(record["greatest"]),
            int(record["sum"], 16),
            None if record["squares"] is None else int(record["squares"], 16),
        )
        made._count(numbers, counts)
        return made
