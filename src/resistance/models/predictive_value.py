"""What a test is worth for a treatment decision: predictive values, net benefit, enrichment (B10).

A test with sensitivity ``Se`` and specificity ``Sp`` is used where a share ``pi`` of the patients has the outcome that
it is meant to foretell (here: response to a drug). By Bayes' rule

    PPV = Se pi / (Se pi + (1 - Sp)(1 - pi)),        NPV = Sp (1 - pi) / (Sp (1 - pi) + (1 - Se) pi).

The net benefit of treating those with a positive test (Vickers, van Calster and Steyerberg, Diagn Progn Res 2019;3:18)
counts a treated patient without the outcome as ``pt / (1 - pt)`` of a treated patient with it, where ``pt`` is the
chance of the outcome at which one would just treat:

    NB = Se pi - (1 - Sp)(1 - pi) pt / (1 - pt),     NB of treating all = pi - (1 - pi) pt / (1 - pt),

and that of treating nobody is 0. Testing is better than both for ``pt`` between ``1 - NPV`` and ``PPV``.

Enrichment (the question of Simon and Maitournam, Clin Cancer Res 2004;10:6759-6763, whose abstract alone was read):
the drug has the effect ``d1`` in the share ``g`` of patients with the true marker and ``d0`` in the others. Patients
needed for a given power go with one over the squared mean effect, if both trials have the same variance, so that a
trial in everybody needs

    [(PPV d1 + (1 - PPV) d0) / (g d1 + (1 - g) d0)]^2

times as many as one in those with a positive test, with ``PPV`` at the prevalence ``g``.

Probabilities and ratios have no unit. All arguments broadcast against each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    number,
    plain,
    whole,
)

# Counts up to here keep the inverse of the incomplete beta function exact to the digits that are promised.
MOST_PATIENTS = 10**6


@returns(PROBABILITY)
def positive_predictive_value(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> Floats:
    """Chance of the outcome after a positive test.

    Parameters
    ----------
    sensitivity : share of those with the outcome who test positive, 0 to 1
    specificity : share of those without the outcome who test negative, 0 to 1
    prevalence : share of patients with the outcome, 0 to 1

    Returns
    -------
    float or ndarray
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or nobody would test positive.
    """
    se, sp, pi = _test(sensitivity, specificity, prevalence)
    return plain(_share((se, pi), (1 - sp, 1 - pi), "some patients with a positive test"))


@returns(PROBABILITY)
def negative_predictive_value(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> Floats:
    """Chance that the outcome does not come after a negative test; arguments as of :func:`positive_predictive_value`.

    Raises ``ValueError`` if an argument leaves its range, the shapes do not fit, or nobody would test negative.
    """
    se, sp, pi = _test(sensitivity, specificity, prevalence)
    return plain(_share((sp, 1 - pi), (1 - se, pi), "some patients with a negative test"))


@returns(PROBABILITY)
def risk_after_negative(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> Floats:
    """Chance of the outcome after a negative test, ``1 - NPV`` with digits of its own.

    Arguments and errors as of :func:`negative_predictive_value`. Those who respond in spite of a negative test.
    """
    se, sp, pi = _test(sensitivity, specificity, prevalence)
    return plain(_share((1 - se, pi), (sp, 1 - pi), "some patients with a negative test"))


@returns(PROBABILITY)
def positive_share(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> Floats:
    """Share of all patients who test positive, ``Se pi + (1 - Sp)(1 - pi)``.

    Arguments as of :func:`positive_predictive_value`. Raises ``ValueError`` for one that leaves its range.
    """
    se, sp, pi = _test(sensitivity, specificity, prevalence)
    return plain(np.minimum(se * pi + (1 - sp) * (1 - pi), 1.0))


@returns(NON_NEGATIVE)
def likelihood_ratio_positive(sensitivity: ArrayLike, specificity: ArrayLike) -> Floats:
    """How far a positive test multiplies the odds of the outcome, ``Se / (1 - Sp)``; specificity below 1.

    Raises ``ValueError`` if an argument leaves its range or the shapes do not fit.
    """
    se, sp = arrays(sensitivity=(sensitivity, PROBABILITY), specificity=(specificity, BELOW_ONE))
    return plain(se / (1 - sp))


@returns(NON_NEGATIVE)
def likelihood_ratio_negative(sensitivity: ArrayLike, specificity: ArrayLike) -> Floats:
    """How far a negative test multiplies the odds of the outcome, ``(1 - Se) / Sp``; specificity above 0.

    Raises ``ValueError`` if an argument leaves its range or the shapes do not fit.
    """
    se, sp = arrays(sensitivity=(sensitivity, PROBABILITY), specificity=(specificity, FRACTION))
    return plain((1 - se) / sp)


@returns(REAL)
def net_benefit(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike, threshold: ArrayLike) -> Floats:
    """Net benefit of treating those with a positive test, per patient.

    Parameters
    ----------
    sensitivity, specificity, prevalence : as of :func:`positive_predictive_value`
    threshold : chance of the outcome at which one would just treat, at least 0 and below 1

    Returns
    -------
    float or ndarray
        In treated patients with the outcome, per patient; negative where testing does more harm than treating nobody.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    se, sp, pi, pt = _decision(sensitivity, specificity, prevalence, threshold)
    return plain(se * pi - (1 - sp) * (1 - pi) * (pt / (1 - pt)))


@returns(REAL)
def net_benefit_all(prevalence: ArrayLike, threshold: ArrayLike) -> Floats:
    """Net benefit of treating everybody, ``(pi - pt) / (1 - pt)``; arguments as of :func:`net_benefit`.

    That of treating nobody is 0. Raises ``ValueError`` if an argument leaves its range or the shapes do not fit.
    """
    pi, pt = arrays(prevalence=(prevalence, PROBABILITY), threshold=(threshold, BELOW_ONE))
    return plain((pi - pt) / (1 - pt))


@returns(NON_NEGATIVE)
def randomised_ratio(
    target: ArrayLike, effect: ArrayLike, other: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike
) -> Floats:
    """Patients to randomise in a trial in everybody, over those in a trial in patients with a positive test.

    Parameters
    ----------
    target : share of patients with the true marker, above 0 and at most 1
    effect : effect of the drug in them, above 0 (any unit)
    other : effect in the others, at least 0, in the same unit
    sensitivity, specificity : of the assay for the true marker, 0 to 1

    Returns
    -------
    float or ndarray
        Above 1 where choosing by the test saves patients, below 1 where it costs.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, nobody would test positive, or the ratio is too large.
    """
    g, d1, d0, se, sp = arrays(
        target=(target, FRACTION),
        effect=(effect, POSITIVE),
        other=(other, NON_NEGATIVE),
        sensitivity=(sensitivity, PROBABILITY),
        specificity=(specificity, PROBABILITY),
    )
    needed = "some patients with a positive test"
    true, false = _share((se, g), (1 - sp, 1 - g), needed), _share((1 - sp, 1 - g), (se, g), needed)
    largest = np.maximum(d1, d0)
    d1, d0 = d1 / largest, d0 / largest
    return plain(((true * d1 + false * d0) / (g * d1 + (1 - g) * d0)) ** 2)


@returns(NON_NEGATIVE)
def screened_ratio(
    target: ArrayLike, effect: ArrayLike, other: ArrayLike, sensitivity: ArrayLike, specificity: ArrayLike
) -> Floats:
    """As :func:`randomised_ratio`, but over the patients who must be tested to find those with a positive test.

    The randomised ratio times the share of patients who test positive; same arguments and errors.
    """
    return plain(
        np.asarray(randomised_ratio(target, effect, other, sensitivity, specificity))
        * positive_share(sensitivity, specificity, target)
    )


@returns(PROBABILITY)
def exact_interval(events: int, patients: int, level: float = 0.95) -> Floats:
    """Clopper and Pearson's interval of a proportion: neither tail of the binomial above ``(1 - level) / 2``.

    Parameters
    ----------
    events : whole number, at least 0 and at most ``patients``
    patients : whole number from 1 to 1,000,000
    level : confidence, above 0 and below 1

    Returns
    -------
    ndarray of shape (2,)
        Lower and upper end.

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    n = whole("patients", patients, 1, MOST_PATIENTS)
    k = whole("events", events)
    if k > n:
        raise ValueError(f"events must be at most patients, got {k} and {n}")
    tail = (1 - number("level", level, OPEN_PROBABILITY)) / 2
    low = betaincinv(k, n - k + 1, tail) if k else 0.0
    high = betaincinv(k + 1, n - k, 1 - tail) if k < n else 1.0
    return np.array([low, high])


def _test(sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike) -> list[Floats]:
    return arrays(
        sensitivity=(sensitivity, PROBABILITY),
        specificity=(specificity, PROBABILITY),
        prevalence=(prevalence, PROBABILITY),
    )


def _decision(
    sensitivity: ArrayLike, specificity: ArrayLike, prevalence: ArrayLike, threshold: ArrayLike
) -> list[Floats]:
    return arrays(
        sensitivity=(sensitivity, PROBABILITY),
        specificity=(specificity, PROBABILITY),
        prevalence=(prevalence, PROBABILITY),
        threshold=(threshold, BELOW_ONE),
    )


def _share(part: tuple[Floats, Floats], rest: tuple[Floats, Floats], needed: str) -> Floats:
    """``a b / (a b + c d)`` for ``part = (a, b)`` and ``rest = (c, d)``, whose products a double may not hold."""
    (a, b), (c, d) = part, rest
    nothing, all_of_it = (a == 0) | (b == 0), (c == 0) | (d == 0)
    if np.any(nothing & all_of_it):
        raise NoResult(needed)
    (ma, ea), (mb, eb), (mc, ec), (md, ed) = (np.frexp(np.where(x == 0, 1.0, x)) for x in (a, b, c, d))
    odds = np.ldexp((mc * md) / (ma * mb), ec + ed - ea - eb)
    return np.where(nothing, 0.0, np.where(all_of_it, 1.0, 1 / (1 + odds)))
