"""Results of :mod:`resistance.models.fluctuation`."""

from __future__ import annotations

from dataclasses import dataclass

from resistance.models._results import hold
from resistance.models._validate import NON_NEGATIVE, OPEN_PROBABILITY, POSITIVE, PROBABILITY, Interval

_LOG_LIKELIHOOD = Interval("finite and at most 0", high=0)


@dataclass(frozen=True)
class Estimate:
    """Maximum-likelihood ``m`` (expected mutations per culture), its interval and the log-likelihood there."""

    m: float
    low: float
    high: float
    level: float
    log_likelihood: float

    def __post_init__(self) -> None:
        amounts = dict.fromkeys(("low", "m", "high"), NON_NEGATIVE)
        hold(self, ("low", "m", "high"), **amounts, level=OPEN_PROBABILITY, log_likelihood=_LOG_LIKELIHOOD)


@dataclass(frozen=True)
class LikelihoodRatioTest:
    """Twice the gain in log-likelihood of two rates over one common rate; ``p_value`` from chi-squared, 1 df."""

    statistic: float
    p_value: float
    m_first: float
    m_second: float
    m_common: float

    def __post_init__(self) -> None:
        amounts = dict.fromkeys(("statistic", "m_first", "m_second", "m_common"), NON_NEGATIVE)
        hold(self, **amounts, p_value=PROBABILITY)


@dataclass(frozen=True)
class FoldChange:
    """Mutation rate in the second experiment over that in the first, with its profile-likelihood interval."""

    ratio: float
    low: float
    high: float
    level: float

    def __post_init__(self) -> None:
        hold(
            self, ("low", "ratio", "high"), **dict.fromkeys(("low", "ratio", "high"), POSITIVE), level=OPEN_PROBABILITY
        )
