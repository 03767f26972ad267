"""Likelihood of the expected mutations per culture, for :mod:`resistance.models.fluctuation` and its companion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import mutant_distribution
from resistance.models._results import NoResult
from resistance.models._series import expand
from resistance.models._solve import positive_root
from resistance.models._validate import FRACTION, NON_NEGATIVE, POSITIVE, counts, number, shown

# Largest number of mutants in a culture: what an estimate takes grows as its square.
MOST_IN_A_CULTURE = 10_000
# Values of m from 1e-3 to the highest that are tried where the first guess has no likelihood that a double can hold.
_TRIALS = 60
# Probabilities below are as good as lost, because a double has fewer digits for them.
_SMALLEST = 1e-300
_BESIDE = 1e-6


class Likelihood:
    """Log-likelihood of ``m`` for one experiment, with its derivative.

    Parameters
    ----------
    mutants : counts, one-dimensional
    w, e, phi, cv : as in :func:`resistance.models.mutant_distribution.pmf`
    names : what the caller calls these parameters, where it is something else
    most : largest count that is accepted
    """

    def __init__(
        self,
        mutants: ArrayLike,
        w: float = 1.0,
        e: float = 1.0,
        phi: float = 1.0,
        cv: float = 0.0,
        names: Mapping[str, str] | None = None,
        most: int = MOST_IN_A_CULTURE,
    ) -> None:
        called = {name: name for name in ("mutants", "w", "e", "phi", "cv")} | dict(names or {})
        self.values, self.cultures = np.unique(counts(called["mutants"], mutants), return_counts=True)
        if self.values[-1] > most:
            raise ValueError(f"{called['mutants']} must hold counts of at most {most}, got {shown(mutants)}")
        w, self.cv = number(called["w"], w, POSITIVE), number(called["cv"], cv, NON_NEGATIVE)
        e, phi = number(called["e"], e, FRACTION), number(called["phi"], phi, FRACTION)
        self.b = mutant_distribution.clone_sizes(int(self.values[-1]), w, e, phi)
        # Beyond, the probability of no mutant is below the smallest that counts.
        self.highest = 0.999 * np.log(_SMALLEST) / self.b[0]

    @property
    def start(self) -> float:
        """A first guess of ``m``: the method of the median without its small print."""
        order = np.repeat(self.values, self.cultures)
        return float(np.clip(np.median(order) / 3, 0.05, 500.0))

    def __call__(self, m: float) -> float:
        """Log-likelihood at ``m``, minus infinity where a probability is below every double."""
        if m == 0:
            return 0.0 if self.values[-1] == 0 else -np.inf
        if m > self.highest:
            raise NoResult(f"at most {self.highest:.6g} expected mutations, not {m:.6g}")
        probability = expand(self.b, m, self.cv)[self.values]
        if not probability.min() > _SMALLEST:
            return -np.inf
        return min(float(self.cultures @ np.log(probability)), 0.0)

    def score(self, m: float) -> float:
        """Derivative of the log-likelihood by ``m``.

        Infinite where a probability is below every double: up to the highest ``m`` only more mutations mend that.
        """
        series = expand(self.b, m, self.cv)
        lowered = expand(self.b, m, self.cv, derivative=True) if self.cv > 0 else series
        probability = series[self.values]
        if not probability.min() > _SMALLEST:
            return np.inf
        slopes = [self.b[: n + 1] @ lowered[n::-1] for n in self.values]
        return float(self.cultures @ (np.array(slopes) / probability))

    def smooth(self, m: float) -> bool:
        """Whether the likelihood is one that doubles hold at ``m`` and just below it."""
        return bool(np.isfinite(self(m)) and np.isfinite(self(m * (1 - _BESIDE))))

    def maximum(self, start: float | None = None) -> float:
        """The ``m`` of greatest likelihood, 0 if no culture has a mutant; ``start`` is a first guess."""
        if self.values[-1] == 0:
            return 0.0
        start = min(start or self.start, self.highest)
        if not np.isfinite(self(start)):
            trials = np.geomspace(1e-3, self.highest, _TRIALS)
            start = float(trials[np.argmax([self(m) for m in trials])])
        best = positive_root(self.score, start, highest=self.highest)
        if not self.smooth(best):
            raise NoResult("a likelihood that a double can hold at its maximum")
        return best
