"""Every public function of the models either keeps its promise or says which argument was wrong, within two seconds
of the processor.

The functions are found by introspection, the promises are read from signatures and docstrings
(:mod:`tests.models.public_functions`), the arguments are drawn (:mod:`tests.models.drawn_arguments`), with fixed seeds.
The default run makes about 5,000 calls. ``RESISTANCE_CALLS=25000 python -m pytest tests/models/test_public_functions.py
-s`` makes as many as that, and prints what came of them.
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
import pytest

from resistance.models import _validate

from .drawn_arguments import Arguments, beside, copied, legal, odd
from .public_functions import Function, functions, numbers, within

CALLS = int(os.environ.get("RESISTANCE_CALLS", "5000"))
SECONDS = 2.0
PATIENCE = 10.0
FUNCTIONS = {str(function): function for function in functions()}
EACH = max(1, round(CALLS / len(FUNCTIONS)))
TALLY: Counter[str] = Counter()


class TooSlow(BaseException):
    """Not an ``Exception``, so that no handler in the code under test takes it for its own."""


@contextmanager
def limit() -> Iterator[None]:
    """Two seconds of the processor, which other programs on the machine do not use up, and ten of the clock."""

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
    rng = np.random.default_rng(zlib.crc32(name.encode()))
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
        columns = {key: base[key] * np.array([1.0, 0.5, 1.0, 0.9]) for key in varied}
        singles = [outcome(function, base | {key: column[i] for key, column in columns.items()}) for i in range(4)]
        kind, together = outcome(function, base | columns)
        if any(single[0] != "answer" for single in singles):
            assert kind == "refusal" or not varied
            continue
        if any(np.ndim(number) for number in numbers(singles[0][1])):
            continue  # works on the elements of one array together, not one by one
        assert kind == "answer", together
        for place, single in enumerate(singles):
            for one, all_of in zip(numbers(single[1]), numbers(together), strict=True):
                if np.shape(all_of) == (4,):
                    np.testing.assert_allclose(all_of[place], one, rtol=1e-12, atol=1e-300)
                    compared += 1
    TALLY["compared as array and single"] += compared


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


def _single(function: Function, base: Arguments) -> bool:
    return any(isinstance(base.get(key), (int, float)) for key in function.arrays)


def _holds_numbers(function: Function) -> bool:
    kind, result = outcome(function, legal(function)[0])
    return kind == "answer" and not _self_checked(result) and bool(numbers(result)) and not isinstance(result, bool)


def _self_checked(result: Any) -> bool:
    return is_dataclass(result) or (isinstance(result, tuple) and all(map(is_dataclass, result)))
