"""Begins a model: a module with one documented function, its test, and its case of sixty digits."""

from __future__ import annotations

import re
from pathlib import Path

from resistance.new_chapter import CannotBegin
from resistance.paths import root
from resistance.references.files import write_atomically

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_MODULE = '''\
"""Fill in: the question that the model answers, and the work that it comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import NON_NEGATIVE, POSITIVE, PROBABILITY, Floats, arrays, plain


@returns(PROBABILITY)
def fraction_left(t: ArrayLike, half_life: ArrayLike) -> Floats:
    """Fill in: what the function gives; this one is the fraction that is left after first-order decay.

    Parameters
    ----------
    t : time, at least 0
    half_life : time in which half is lost, above 0, in the unit of ``t``

    Returns
    -------
    float or ndarray
        The fraction; the arguments broadcast against each other.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, half_life = arrays(t=(t, NON_NEGATIVE), half_life=(half_life, POSITIVE))
    with np.errstate(over="ignore", under="ignore"):  # after more half-lives than there are numbers nothing is left
        return plain(0.5 ** (t / half_life))
'''
_TEST = '''\
"""Fill in: the published number that the model reproduces; this one is an identity."""

import numpy as np
import pytest

from resistance.models.@name@ import fraction_left


def test_half_is_left_after_one_half_life() -> None:
    assert np.allclose(fraction_left([0, 3, 6], 3), [1, 0.5, 0.25])


@pytest.mark.parametrize(("t", "half_life", "said"), [(-1, 2, "t must be"), (1, 0, "half_life must be")])
def test_bad_input_names_argument_and_value(t: float, half_life: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fraction_left(t, half_life)
'''
_CASE = '''\
"""The functions of ``@name@`` by arithmetic of sixty digits."""

from __future__ import annotations

from mpmath import exp, ln

from resistance.models import @name@

from . import Pairs, closed_form, exactly, grid


@closed_form("@name@.fraction_left")
def _() -> Pairs:
    for t, half_life in grid([0.0, 0.3, 4.0, 50.0], [0.7, 3.0]):
        lost = exactly(t) / exactly(half_life)
        yield @name@.fraction_left(t, half_life), exp(-ln(2) * lost), 1 + float(lost)
'''


def begin_model(name: str) -> list[Path]:
    """Write module, test and case; nothing is written over.

    Raises
    ------
    CannotBegin
        If the name cannot be one, or there is such a file.
    """
    if not _NAME.fullmatch(name):
        raise CannotBegin(f"{name!r} is no name of a module; write it in lower case, as drug_washout")
    texts = {
        root() / f"src/resistance/models/{name}.py": _MODULE,
        root() / f"tests/models/test_{name}.py": _TEST,
        root() / f"tests/models/arithmetic/{name}.py": _CASE,
    }
    if taken := next((path for path in texts if path.exists()), None):
        raise CannotBegin(f"{taken.name} is there already; choose another name")
    write_atomically({path: text.replace("@name@", name) for path, text in texts.items()})
    return list(texts)
