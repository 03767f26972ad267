"""Counts of fragments in a blood sample: binomial and Poisson tails, and the fewest that are no error."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, gammaincc, ndtri, pdtrik

from resistance.models._results import NoResult
from resistance.models._validate import Floats

# Most fragments that errors may make in a sample and still be told apart: a test that misreads more is no test.
MOST_FRAGMENTS = 400
# Fragments that errors make less often than this share of the wanted rate of false positives are left out.
_NEGLECTED = 1e-10


def quantiles(number: int) -> Floats:
    """``number`` shares at equal distances between 0 and 1."""
    return np.arange(1.0, number + 1) / (number + 1)


def error_tail(fragments: Floats, copies: Floats, probability: Floats | float) -> Floats:
    """Probability that at least ``fragments`` (at least 1) of ``copies`` are seen, each with the probability."""
    possible = fragments <= copies
    rest = np.where(possible, copies - fragments + 1, 1.0)
    return np.where(possible, betainc(fragments, rest, probability), 0.0)


def called(probability: Floats, times: int) -> Floats:
    """Probability that something happens at least once in ``times`` independent trials."""
    return -np.expm1(times * np.log1p(-probability))


def poisson_quantiles(shares: Floats, mean: float) -> Floats:
    """The smallest numbers that a Poisson variable does not exceed with at least these probabilities."""
    if mean == 0:
        return np.zeros_like(shares)
    # Below the least probability there is no inverse, and of large means the library gives none: there the first
    # terms of Cornish and Fisher are nearer than one.
    z = ndtri(shares)
    normal = mean + z * np.sqrt(mean) + (z * z - 1) / 6
    inverse = pdtrik(shares, mean)
    guess = np.maximum(np.ceil(np.where(np.isnan(inverse), normal, inverse)), 0)
    for _ in range(4):  # the guess is off by one at most, beside a whole number
        guess = np.where((guess > 0) & (gammaincc(guess, mean) >= shares), guess - 1, guess)
        guess = np.where(gammaincc(guess + 1, mean) < shares, guess + 1, guess)
    if np.any((gammaincc(guess + 1, mean) < shares) | ((guess > 0) & (gammaincc(guess, mean) >= shares))):
        raise NoResult("Poisson quantiles that a search finds")
    return guess


def most_by_error(copies: float, error: float, rate: float) -> int:
    """The fragments beyond which errors make next to none at all, at the wanted ``rate`` per place."""
    low, high = 0, 1
    while float(error_tail(np.asarray(float(high)), np.asarray(copies), error)) > _NEGLECTED * rate:
        low, high = high, 2 * high
        if low > MOST_FRAGMENTS:
            raise NoResult(f"at most {MOST_FRAGMENTS} fragments that errors make")
    while high - low > 1:
        middle = (low + high) // 2
        enough = float(error_tail(np.asarray(float(middle)), np.asarray(copies), error)) <= _NEGLECTED * rate
        low, high = (low, middle) if enough else (middle, high)
    return high


def least_fragments(copies: Floats, threshold: float, error: float) -> Floats:
    """The fewest fragments, at least 1, whose p-value is at most ``threshold``, element by element.

    The p-value of ``k`` fragments rises with the copies, so there is a largest number of copies for which ``k`` are
    enough: these limits are sought, once for all elements.
    """
    most = float(copies.max())
    k = np.arange(1.0, MOST_FRAGMENTS + 1)
    enough = error_tail(k, np.full_like(k, most), error) <= threshold
    if not enough[-1]:
        raise NoResult(f"at most {MOST_FRAGMENTS} fragments that errors make")
    k = k[: int(np.argmax(enough))]  # fewer are not enough for the most copies
    low, high = k - 1, np.full_like(k, most)  # fewer copies than fragments: never by error
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        small = error_tail(k, middle, error) <= threshold
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    return 1.0 + np.searchsorted(low, copies, side="left")
