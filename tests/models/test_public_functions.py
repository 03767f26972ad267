"""Every public function of the models either keeps its promise or says which argument was wrong, within two seconds
of the processor.

The functions are found by introspection, the promises are read from signatures and docstrings
(:mod:`tests.models.public_functions`), the arguments are drawn (:mod:`tests.models.drawn_arguments`), with fixed seeds.
The default run makes about 5,000 calls. ``RESISTANCE_CALLS=25000 python -m pytest tests/models/test_public_functions.py
-s`` makes as many as that, and prints what came of them; ``RESISTANCE_SEED=1`` beside it draws others.
"""

from __future__ import annotations

import os
import re
import signal
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from resistance.models import _validate

from .drawn_arguments import Arguments, beside, copied, legal, odd
from .public_functions import Function, functions, numbers, within

CALLS = int(os.environ.get("RESISTANCE_CALLS", "5000"))
SEED = int(os.environ.get("RESISTANCE_SEED", "0"))
SECONDS = 2.0
PATIENCE = 60.0
FUNCTIONS = {str(function): function for function in functions()}
EACH = max(1, round(CALLS / len(FUNCTIONS)))
TALLY: Counter[str] = Counter()


class TooSlow(BaseException):
    """Not an ``Exception``, so that no handler in the code under test takes it for its own."""


@contextmanager
def limit() -> Iterator[None]:
    """Two seconds of the processor, which other programs on the machine do not use up, and a minute of the clock."""

    def stop(*_: Any) -> None:
        raise TooSlow

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, SECONDS), (signal.ITIMER_REAL, signal.SIGALRM, PATIENCE))
    before = [signal.signal(kind, stop) for _, kind, _ in timers]
    for timer, _, seconds in timers:
        signal.setitimer(timer, seconds)
    began = time.process_time()
    try:
        yield
    finally:
        for (timer, kind, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(kind, handler)
    if time.process_time() - began > SECONDS:  # a call into compiled code that no signal could stop
        raise TooSlow


def outcome(function: Function, arguments: Arguments) -> tuple[str, Any]:
    """What a call comes to: "answer" and the result, "refusal" and the message, "slow", or another exception."""
    try:
        with limit(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return "answer", function.call(**copied(arguments))
    except TooSlow:
        return "slow", f"no answer in {SECONDS} s"
    except ValueError as error:
        return "refusal", str(error)
    except Exception as error:  # any other kind is what the test is looking for
        return "exception", repr(error)


@pytest.fixture(scope="module", autouse=True)
def tally() -> Iterator[None]:
    """Print what came of all calls after a long run."""
    yield
    print(f"\n{len(FUNCTIONS)} functions, {sum(TALLY.values())} calls: {dict(TALLY)}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_answers_as_promised_or_names_the_argument(name: str) -> None:
    function = FUNCTIONS[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()) + SEED)
    bases = legal(function)
    assert bases, f"no legal arguments were found for {name}"
    faults = []
    for _ in range(EACH):
        base = bases[rng.integers(len(bases))]
        changed, arguments = _changed(function, base, rng)
        kind, what = outcome(function, arguments)
        fault = what if kind in ("slow", "exception") else None
        if kind == "answer":
            fault = broken_promise(function, arguments, what)
        elif kind == "refusal":
            fault = unnamed(function, changed, arguments, what)
        TALLY[f"{kind}, at fault" if fault else kind] += 1
        if fault:
            faults.append(f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())}): {fault}")
    assert not faults, "\n".join([f"{len(faults)} of {EACH} calls", *faults[:12]])


@pytest.mark.parametrize(
    "name", [name for name, function in FUNCTIONS.items() if function.arrays and "rng" not in function.parameters]
)
def test_of_an_array_as_of_its_elements(name: str) -> None:
    """An array of arguments gives the array of the single results."""
    function = FUNCTIONS[name]
    bases = [base for base in legal(function) if _single(function, base)]
    if not bases:
        pytest.skip("takes no single numbers")
    compared = 0
    for base in bases:
        varied = [key for key in function.arrays if isinstance(base.get(key), (int, float))]
        singles, columns = _answered(function, base, varied)
        if any(np.ndim(number) for number in numbers(singles[0])):
            continue  # works on the elements of one array together, not one by one
        for shape in ((4,), (2, 2)):
            kind, together = outcome(function, base | {key: column.reshape(shape) for key, column in columns.items()})
            assert kind == "answer", together
            for place, single in enumerate(singles):
                for one, all_of in zip(numbers(single), numbers(together), strict=True):
                    if np.shape(all_of) == shape:
                        np.testing.assert_allclose(np.ravel(all_of)[place], one, rtol=1e-12, atol=1e-300)
                        compared += 1
    TALLY["compared as array and single"] += compared


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_series_is_taken_as_an_array_and_a_mask_is_refused(name: str) -> None:
    """The labels of a pandas series play no part; numbers of which some are masked have no meaning."""
    function = FUNCTIONS[name]
    for base in legal(function)[:2]:
        for key, value in base.items():
            array = _array(value)
            if array is None:
                continue
            kind, message = outcome(function, base | {key: np.ma.array(array, mask=np.zeros(array.shape, bool))})
            assert kind == "refusal", f"{key}: {message!r}"
            assert "masked" in message and message.startswith(key)
            if array.ndim == 1:
                series = pd.Series(array, index=7 - np.arange(array.size))
                _same(outcome(function, base | {key: array}), outcome(function, base | {key: series}))
                TALLY["compared as array and series"] += 1


def test_every_function_states_the_range_of_its_numbers() -> None:
    """A data class states the ranges of its fields by checking them; all else says it in the docstring."""
    silent = [name for name, function in FUNCTIONS.items() if function.range is None and _holds_numbers(function)]
    assert silent == []


def test_a_broken_promise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test can fail: of a result outside its range, of a wrong shape, and of a message that names nothing."""
    function = FUNCTIONS["branching.survival"]
    arguments = {"birth": 1.0, "death": [0.5, 0.25]}
    assert broken_promise(function, arguments, np.array([0.5, 0.75])) is None
    assert "range" in broken_promise(function, arguments, np.array([0.5, 1.5]))
    assert "shape" in broken_promise(function, arguments, np.array([0.5, 0.5, 0.5]))
    assert unnamed(function, {"birth"}, {"birth": -1.0, "death": 1.0}, "birth must be above 0, got -1.0") is None
    assert unnamed(function, {"birth"}, {"birth": -1.0, "death": 1.0}, "rate must be above 0, got -1.0")
    assert unnamed(function, {"birth"}, {"birth": -1.0, "death": 1.0}, "birth must be above 0")


def _changed(function: Function, base: Arguments, rng: np.random.Generator) -> tuple[set[str], Arguments]:
    """The legal arguments with one, two or all of them replaced, and which."""
    names = list(function.parameters)
    if not names:
        return set(), {}
    many = int(rng.choice([1, 2, len(names)], p=[0.7, 0.2, 0.1]))
    chosen = [str(name) for name in rng.choice(names, size=min(many, len(names)), replace=False)]
    values = dict(base)
    for name in chosen:
        near = name in base and rng.random() < 0.4
        values[name] = beside(base[name], rng, list(base.values())) if near else odd(rng)
    return set(chosen), values


def broken_promise(function: Function, arguments: Arguments, result: Any) -> str | None:
    """What of the promised kind, range, bounds and shape the result does not keep."""
    if not function.is_kind(result):
        return f"{result!r} is not {function.result}"
    found = numbers(result)
    if function.range is not None:
        for number in found:
            if not within(function.range, np.asarray(number, dtype=float)):
                return f"{number!r} leaves the range {function.range!r}"
    elif any(np.isnan(np.asarray(number, dtype=float)).any() for number in found) and "NaN" not in function.text:
        return f"{result!r} holds NaN"
    for name in function.bounds:
        if np.any(np.asarray(result) > np.asarray(arguments[name], dtype=float) * (1 + 1e-12)):
            return f"{result!r} exceeds {name}"
    expected = function.expected_shape(arguments)
    if expected is not None and not is_dataclass(result) and any(np.shape(number) != expected for number in found):
        return f"{result!r} has not the shape {expected}"
    return None


def unnamed(function: Function, changed: set[str], arguments: Arguments, message: str) -> str | None:
    """Why a message does not tell which of the changed arguments was wrong, and what it was."""
    own = function.names(arguments)
    first = re.match(r"[\w.]+", message)
    if first is None or first[0].split(".")[0] not in own:
        return f"the message does not begin with an argument: {message}"
    words = set(re.findall(r"\w+", message))
    if not any(words & function.names(arguments, {name}) for name in changed):
        return f"the message does not name {' or '.join(sorted(changed))}: {message}"
    if "got " not in message or not any(
        shows(message, arguments[name]) for name in changed if words & function.names(arguments, {name})
    ):
        return f"the message does not show the value: {message}"
    return None


def shows(message: str, value: Any) -> bool:
    """Whether the message shows the value, one of its numbers, its shape or how many it holds."""
    told = message.partition(" must ")[2]
    if _validate.shown(value)[:20] in told or ("shape" in told and str(np.shape(value)) in told):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a masked element becomes NaN
            own = np.ravel(np.asarray(value, dtype=float))
    except (TypeError, ValueError, OverflowError):
        return str(len(value)) in told if isinstance(value, (list, tuple)) else False
    given = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*(?:e[+-]?\d+)?|\binf|\bnan)", told)]
    return own.size in given or any(
        np.isclose(own, number, rtol=1e-4, atol=0, equal_nan=True).any() for number in given
    )


def _answered(function: Function, base: Arguments, varied: list[str]) -> tuple[list[Any], Arguments]:
    """Four single results and the arguments that gave them, the varied ones as columns: near the base if need be."""
    for factors in ([1.0, 0.5, 1.0, 0.9], [1.0, 0.999, 1.0, 1.001], [1.0] * 4):
        columns = {key: base[key] * np.array(factors) for key in varied}
        singles = [outcome(function, base | {key: column[i] for key, column in columns.items()}) for i in range(4)]
        if all(kind == "answer" for kind, _ in singles):
            break
        assert outcome(function, base | columns)[0] == "refusal"
    return [what for _, what in singles], columns


def _array(value: Any) -> np.ndarray | None:
    """A number, or numbers of one shape, as an array; None for anything else, such as a number and an array."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array.astype(float) if array.dtype.kind in "iuf" else None


def _same(first: tuple[str, Any], second: tuple[str, Any]) -> None:
    assert first[0] == second[0], second
    if first[0] == "answer":
        for one, other in zip(numbers(first[1]), numbers(second[1]), strict=True):
            assert type(one) is type(other)
            np.testing.assert_array_equal(one, other)


def _single(function: Function, base: Arguments) -> bool:
    return any(isinstance(base.get(key), (int, float)) for key in function.arrays)


def _holds_numbers(function: Function) -> bool:
    kind, result = outcome(function, legal(function)[0])
    return kind == "answer" and not _self_checked(result) and bool(numbers(result)) and not isinstance(result, bool)


def _self_checked(result: Any) -> bool:
    return is_dataclass(result) or (isinstance(result, tuple) and all(map(is_dataclass, result)))
