"""The Norton-Simon identity, and survival with a Gompertzian tumour (A12).

Under the Norton-Simon hypothesis a drug of effect ``E(t)`` acts in proportion to the growth rate of the tumour::

    dN/dt = b ln(K/N) (1 - E(t)) N        so that y = ln(K/N) obeys  dy/dt = -b (1 - E(t)) y
    y(T) = y(0) exp(-b [T - total effect up to T])

The size at a fixed time therefore depends only on the total effect given by then and not on the schedule; the nadir
does depend on it. Sources: Norton & Simon, Cancer Treat Rep 1977;61:1307-1317; Norton, Cancer Res 1988;48:7067-7071.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from resistance.models._numeric import log_ratio
from resistance.models._results import NoResult, hold, returns
from resistance.models._validate import (
    MOST_VALUES,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    at_least,
    below,
    number,
    plain,
    vector,
)

# Norton 1988, untreated breast cancer: plateau and lethal number of cells, and the mean and standard deviation of the
# natural logarithm of b (b per month). Read in later papers that quote them, not in the paper itself.
PLATEAU = 3.1e12
LETHAL = 1e12
MEAN_LOG_B = -2.9
SD_LOG_B = 0.71


@dataclass(frozen=True)
class Course:
    """Tumour size and total effect given up to each time, arrays of one length."""

    time: Floats
    size: Floats
    total_effect: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "size", "total_effect"), NON_NEGATIVE))


@returns(NON_NEGATIVE)
def final_size(
    t: ArrayLike, n0: ArrayLike, b: ArrayLike, total_effect: ArrayLike = 0.0, capacity: ArrayLike = PLATEAU
) -> Floats:
    """Size ``K (n0/K)^exp(-b [t - total_effect])`` at time ``t``, whatever the schedule of the effect.

    Parameters
    ----------
    t : time, at least 0
    n0 : size at time 0, above 0 and below ``capacity``
    b : growth parameter per unit of time, above 0
    total_effect : integral of ``E`` from 0 to ``t``, at least 0, in units of time
    capacity : plateau ``K``

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, n0, b, total_effect, capacity = arrays(
        t=(t, NON_NEGATIVE),
        n0=(n0, POSITIVE),
        b=(b, POSITIVE),
        total_effect=(total_effect, NON_NEGATIVE),
        capacity=(capacity, POSITIVE),
    )
    below(capacity, n0=n0)
    return plain(capacity * np.exp(log_ratio(n0, capacity) * np.exp(-b * (t - total_effect))))


@returns(NON_NEGATIVE)
def total_effect(t: ArrayLike, starts: ArrayLike, durations: ArrayLike, effects: ArrayLike) -> Floats:
    """Total effect up to ``t`` of pulses that each have a start, a duration and a constant effect ``E``.

    ``starts``, ``durations`` and ``effects`` are one-dimensional and of one length; pulses that overlap add up.
    Raises ``ValueError`` if a number is negative or the lengths differ.

    Returns
    -------
    ndarray of shape np.shape(t)
    """
    (t,) = arrays(t=(t, NON_NEGATIVE))
    starts, durations, effects = _pulses(starts, durations, effects)
    if t.size * starts.size > MOST_VALUES:
        raise NoResult(f"at most {MOST_VALUES} pairs of times and pulses")
    given = np.clip(t[..., None] - starts, 0, durations)
    return plain(given @ effects)


@returns()
def course(
    t: ArrayLike,
    n0: float,
    b: float,
    starts: ArrayLike,
    durations: ArrayLike,
    effects: ArrayLike,
    capacity: float = PLATEAU,
) -> Course:
    """Size over time under pulses of treatment; arguments as in :func:`final_size` and :func:`total_effect`."""
    t, n0, b = vector("t", t, NON_NEGATIVE), number("n0", n0, POSITIVE), number("b", b, POSITIVE)
    capacity = number("capacity", capacity, POSITIVE)
    given = np.asarray(total_effect(t, starts, durations, effects))
    return Course(t, np.asarray(final_size(t, n0, b, given, capacity)), given)


@returns(NON_NEGATIVE)
def nadir(
    t_end: float,
    n0: float,
    b: float,
    starts: ArrayLike,
    durations: ArrayLike,
    effects: ArrayLike,
    capacity: float = PLATEAU,
) -> tuple[float, float]:
    """Time and size of the smallest tumour between 0 and ``t_end`` under pulses of treatment.

    Between the ends of pulses the size only grows or only shrinks, so the smallest size lies at one of them.
    """
    t_end = number("t_end", t_end, NON_NEGATIVE)
    starts, durations, effects = _pulses(starts, durations, effects)
    n0, b, capacity = number("n0", n0, POSITIVE), number("b", b, POSITIVE), number("capacity", capacity, POSITIVE)
    turns = np.unique(np.concatenate([[0.0, t_end], starts, starts + durations]))
    followed = course(turns[turns <= t_end], n0, b, starts, durations, effects, capacity)
    lowest = int(np.argmin(followed.size))
    return float(followed.time[lowest]), float(followed.size[lowest])


@returns(PROBABILITY)
def survival(
    t: ArrayLike,
    n0: ArrayLike,
    mean_log_b: ArrayLike = MEAN_LOG_B,
    sd_log_b: ArrayLike = SD_LOG_B,
    lethal: ArrayLike = LETHAL,
    capacity: ArrayLike = PLATEAU,
) -> Floats:
    """Fraction of untreated patients whose tumour, ``n0`` cells at time 0, is not yet ``lethal`` at time ``t``.

    ``ln b`` is normal in the population, so survival time is log-normal. Months with the default parameters.
    Raises ``ValueError`` unless ``n0 < lethal < capacity`` and ``t`` and ``sd_log_b`` are above 0.
    """
    t, sd_log_b, *rest = arrays(
        t=(t, POSITIVE),
        sd_log_b=(sd_log_b, POSITIVE),
        n0=(n0, POSITIVE),
        mean_log_b=(mean_log_b, REAL),
        lethal=(lethal, POSITIVE),
        capacity=(capacity, POSITIVE),
    )
    median = np.asarray(median_survival(*rest))
    return plain(ndtr(log_ratio(median, t) / sd_log_b))


@returns(NON_NEGATIVE)
def median_survival(
    n0: ArrayLike, mean_log_b: ArrayLike = MEAN_LOG_B, lethal: ArrayLike = LETHAL, capacity: ArrayLike = PLATEAU
) -> Floats:
    """Median time from ``n0`` to ``lethal`` cells, ``exp(-mean_log_b) ln[ln(K/n0)/ln(K/lethal)]``."""
    n0, mean_log_b, lethal, capacity = arrays(
        n0=(n0, POSITIVE), mean_log_b=(mean_log_b, REAL), lethal=(lethal, POSITIVE), capacity=(capacity, POSITIVE)
    )
    below(capacity, lethal=lethal)
    at_least(n0=n0, lethal=lethal)
    return plain(np.exp(-mean_log_b) * np.log1p(log_ratio(lethal, n0) / log_ratio(capacity, lethal)))


def _pulses(starts: ArrayLike, durations: ArrayLike, effects: ArrayLike) -> tuple[Floats, Floats, Floats]:
    checked = (
        vector("starts", starts, NON_NEGATIVE),
        vector("durations", durations, NON_NEGATIVE),
        vector("effects", effects, NON_NEGATIVE),
    )
    lengths = [array.size for array in checked]
    if len(set(lengths)) > 1:
        raise ValueError(f"starts, durations and effects must have one length, got {lengths}")
    return checked
