"""A blood test for tumour DNA: a mutation told from an error, and how often a tumour of a given size is found (B14).

Normal cells shed DNA into the blood too; its concentration in plasma differs from person to person by a gamma
distribution. A sequenced fragment shows a mutation by error with the probability ``e``. With ``n`` copies of a place in
the circulation, of which ``v n`` are mutant, and the fraction ``f`` of the circulation that is drawn *and* sequenced,
the mutated fragments are binomial, with ``n`` and ``f e`` by error alone, with ``n`` and ``f ((1 - v) e + v (1 - e))``
in a patient. A mutation is called if its p-value, the probability of as many fragments by error, is at most a
threshold, which is set so that a panel of ``s`` places gives the wanted rate of false positives (Avanzini et al., Sci
Adv 2020;6:eabc4308).

Copies are counted in the whole circulation, haploid genomes twice, because a cell has two copies of which one is
mutant; the tube enters through ``f``. The distributions of copies are replaced by quantiles of equal weight: 999 of
normal DNA for the threshold, 99 of normal and 99 of mutant DNA for the sensitivity.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from resistance.models._blood_sample import (
    MOST_FRAGMENTS,
    called,
    error_tail,
    least_fragments,
    most_by_error,
    poisson_quantiles,
    quantiles,
)
from resistance.models._results import NoResult, returns
from resistance.models._solve import positive_root
from resistance.models._validate import (
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
    shown,
    whole,
)
from resistance.models.ctdna_shedding import LUNG, Shedding, circulating

__all__ = [
    "ASSAY",
    "MOST_COPIES",
    "MOST_FRAGMENTS",
    "MOST_TUMOURS",
    "Assay",
    "calling_threshold",
    "copies_sequenced",
    "detectable_cells",
    "false_positives",
    "sampled",
    "sensitivity",
]

# Most tumours of one call: each is averaged over some ten thousand pairs of quantiles.
MOST_TUMOURS = 60
# Most copies of a place in the circulation, of which the incomplete beta function keeps its digits.
MOST_COPIES = 1e12
MOST_PLACES = 10_000_000


@dataclass(frozen=True)
class Assay:
    """A blood test and the blood: what is drawn, what is read, how often a fragment is misread, what is there anyway.

    ``tube`` ml of blood drawn, ``efficiency`` share of the drawn molecules that are sequenced, ``error`` per sequenced
    place, ``panel`` places that are looked at, ``blood`` litres of blood, ``plasma`` share of it that is plasma,
    ``shape`` and ``scale`` (ng/ml) of the gamma distribution of DNA in plasma, ``genome`` ng of DNA of a diploid cell.
    Raises ``ValueError`` for a number that leaves its range, or for a tube larger than the blood.
    """

    tube: float = 15.0
    efficiency: float = 0.5
    error: float = 1e-5
    panel: int = 1
    blood: float = 5.0
    plasma: float = 0.55
    shape: float = 1.86
    scale: float = 3.38
    genome: float = 0.0066

    def __post_init__(self) -> None:
        ranges = {"efficiency": FRACTION, "error": BELOW_ONE, "plasma": FRACTION}
        for field in fields(self):
            if field.name != "panel":
                value = number(field.name, getattr(self, field.name), ranges.get(field.name, POSITIVE))
                object.__setattr__(self, field.name, value)
        object.__setattr__(self, "panel", whole("panel", self.panel, low=1, high=MOST_PLACES))
        if self.tube > 1000 * self.blood:
            raise ValueError(f"tube must be at most the blood of {shown(self.blood)} litres, got {shown(self.tube)} ml")


ASSAY = Assay()


@returns(PROBABILITY)
def sampled(mean: ArrayLike) -> Floats:
    """Probability that a sample holds at least one mutant molecule where it holds ``mean`` (at least 0) on average.

    Molecules are few and independent: ``1 - exp(-mean)``. Raises ``ValueError`` if the mean leaves its range.
    """
    (mean,) = arrays(mean=(mean, NON_NEGATIVE))
    return plain(-np.expm1(-mean))


@returns(NON_NEGATIVE)
def copies_sequenced(quantile: ArrayLike, assay: Assay = ASSAY) -> Floats:
    """Copies of a place of the normal genome that are sequenced, a whole number: two of each haploid genome.

    Parameters
    ----------
    quantile : people with less DNA in plasma, as a share of all, between 0 and 1, ends excluded
    assay : the test and the blood

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    (quantile,) = arrays(quantile=(quantile, OPEN_PROBABILITY))
    return plain(np.rint(2 * _genomes_per_ml(quantile, assay) * _plasma_ml(assay) * _fraction(assay)))


@returns(PROBABILITY)
def false_positives(threshold: float, assay: Assay = ASSAY) -> float:
    """Probability that a test calls a mutation of the panel in someone who has none.

    Parameters
    ----------
    threshold : largest p-value that is called, above 0 and at most 1
    assay : the test and the blood

    Raises
    ------
    ValueError
        If an argument leaves its range, or errors make more than :data:`MOST_FRAGMENTS` fragments.
    """
    threshold = number("threshold", threshold, FRACTION)
    copies, error = _normal_copies(999, 2, assay), _fraction(assay) * assay.error
    least = least_fragments(copies, threshold, error)
    return float(np.mean(called(error_tail(least, copies, error), assay.panel)))


@returns(FRACTION)
def calling_threshold(false_positive: float, assay: Assay = ASSAY) -> float:
    """Largest p-value that a test may call if it is to be wrong in at most ``false_positive`` of healthy people.

    The p-values of every number of fragments in all 999 people are put in order; each stands for the probability that
    it is the most striking of a panel. The last one up to which these sum to no more than the wanted rate is the
    threshold; p-values that are equal stand or fall together. It is 1 if not even a single fragment is too many.

    Parameters
    ----------
    false_positive : wanted rate of false positives of one test, above 0 and at most 1
    assay : the test and the blood

    Raises
    ------
    ValueError
        If an argument leaves its range, or errors make more than :data:`MOST_FRAGMENTS` fragments.
    """
    wanted = number("false_positive", false_positive, FRACTION)
    copies, error = _normal_copies(999, 2, assay), _fraction(assay) * assay.error
    most = most_by_error(float(copies.max()), error, wanted / assay.panel)
    p = error_tail(np.arange(1.0, most + 1)[:, None], copies, error)
    panel = called(p, assay.panel) / copies.size
    highest = panel - np.vstack([panel[1:], np.zeros(copies.size)])
    order = np.argsort(p, axis=None)
    values, sums = p.ravel()[order], np.cumsum(highest.ravel()[order])
    last = np.append(np.diff(values) > 0, True)  # of the p-values that are equal
    allowed = values[last][sums[last] <= wanted]
    if allowed.size == np.count_nonzero(last):
        return 1.0
    if allowed.size == 0 or allowed[-1] == 0:
        raise NoResult("a threshold above 0 that is wrong as rarely as that")
    return float(allowed[-1])


@returns(PROBABILITY)
def sensitivity(
    cells: ArrayLike,
    threshold: float,
    mutations: int = 1,
    share: ArrayLike = 1.0,
    shedding: Shedding = LUNG,
    assay: Assay = ASSAY,
) -> Floats:
    """Probability that a test finds at least one of the tumour's mutations.

    Parameters
    ----------
    cells : cells of the tumour, at least 0
    threshold : largest p-value that is called, above 0 and at most 1, as from :func:`calling_threshold`
    mutations : mutations of the tumour that the panel looks at, a whole number from 1 to ``assay.panel``
    share : share of the tumour's cells that carry them, between 0 and 1
    shedding : rates of the tumour and of its DNA
    assay : the test and the blood

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, there are more than :data:`MOST_TUMOURS` tumours or
        :data:`MOST_COPIES` copies, or errors make more than :data:`MOST_FRAGMENTS` fragments.
    """
    number_of, share = arrays(cells=(cells, NON_NEGATIVE), share=(share, PROBABILITY))
    threshold = number("threshold", threshold, FRACTION)
    mutations = whole("mutations", mutations, low=1, high=assay.panel)
    if number_of.size > MOST_TUMOURS:
        raise ValueError(f"cells and share must make at most {MOST_TUMOURS} tumours, got {number_of.size}")
    normal, means = _normal_copies(99, 1, assay), np.ravel(circulating(number_of, shedding))
    if not 2 * (normal.max() + 2 * means.max()) < MOST_COPIES:
        raise NoResult(f"at most {MOST_COPIES:g} copies of a place in the circulation")
    fraction = _fraction(assay)
    found = []
    for mean, part in zip(means, share.ravel(), strict=True):
        mutant, weight = np.unique(poisson_quantiles(quantiles(99), mean), return_counts=True)
        copies = 2 * (mutant[:, None] + normal)
        v = part * mutant[:, None] / np.maximum(copies, 1)
        least = least_fragments(copies, threshold, fraction * assay.error)
        chance = error_tail(least, copies, fraction * ((1 - v) * assay.error + v * (1 - assay.error)))
        found.append(np.average(np.mean(called(chance, mutations), axis=1), weights=weight))
    return plain(np.clip(np.reshape(found, number_of.shape), 0, 1))


@returns(POSITIVE)
def detectable_cells(
    probability: float,
    threshold: float,
    mutations: int = 1,
    share: float = 1.0,
    shedding: Shedding = LUNG,
    assay: Assay = ASSAY,
) -> float:
    """Cells of the tumour that one test finds with ``probability`` (between 0 and 1, ends excluded); others as above.

    Raises ``ValueError`` as :func:`sensitivity` does, and if no tumour, or one of no cells, is found as often as that.
    """
    wanted = number("probability", probability, OPEN_PROBABILITY)
    part = number("share", share, PROBABILITY)

    def missing(size: float) -> float:
        return wanted - float(sensitivity(size, threshold, mutations, part, shedding, assay))

    if missing(0.0) <= 0:
        raise NoResult("a test that finds less without a tumour")
    genomes = float(circulating(1.0, shedding))
    errors = _fraction(assay) * assay.error
    # What :func:`sensitivity` answers for: few enough copies, and few enough of them misread.
    largest = min(MOST_COPIES / 8, MOST_FRAGMENTS / 8 / errors if errors else np.inf) / genomes
    if missing(largest) >= 0:
        raise NoResult("a tumour that is found as often as that")
    # Sought from the tumour that brings one mutant molecule into the tube.
    return positive_root(missing, 1 / (genomes * _fraction(assay)), tolerance=1e-6, highest=largest)


def _genomes_per_ml(quantile: Floats, assay: Assay) -> Floats:
    return gammaincinv(assay.shape, quantile) * assay.scale / assay.genome


def _plasma_ml(assay: Assay) -> float:
    return 1000 * assay.blood * assay.plasma


def _fraction(assay: Assay) -> float:
    """Share of the circulation that is drawn and sequenced."""
    return assay.tube / (1000 * assay.blood) * assay.efficiency


def _normal_copies(number_of: int, per_genome: int, assay: Assay) -> Floats:
    """Quantiles of the copies, or haploid genomes, of normal DNA in the circulation."""
    copies = np.rint(per_genome * _genomes_per_ml(quantiles(number_of), assay) * _plasma_ml(assay))
    if not copies.max() < MOST_COPIES:
        raise NoResult(f"at most {MOST_COPIES:g} copies of a place in the circulation")
    return copies
