import math
import threading
import time
from contextlib import suppress

import numpy as np
import pytest

from resistance.models import fluctuation, mutant_distribution, regrowth
from resistance.models._bounds import bounded
from resistance.models.checks import MOST_CHARACTERS, evaluate, modules, outermost, resolve


def test_a_call_gives_the_value_of_the_function():
    assert evaluate("regrowth.doubling_time(0.01)") == regrowth.doubling_time(0.01)


def test_fields_items_constants_keywords_and_arithmetic():
    estimate = fluctuation.mle(fluctuation.LURIA_16, e=0.4)
    assert evaluate("fluctuation.mle(fluctuation.LURIA_16, e=0.4).m / 2 ** 3 - -1") == estimate.m / 8 + 1
    assert evaluate("mutant_distribution.pmf(3, 1)[2]") == mutant_distribution.pmf(3, 1)[2]
    rate = regrowth.STEIN_2011["ATTP"].g
    assert evaluate("regrowth.halving_time(regrowth.STEIN_2011['ATTP'].g)") == regrowth.halving_time(rate)


def test_truth_counts_as_one():
    assert evaluate("p53.oscillates()") == 1.0


def test_array_of_one_element_is_a_number():
    assert math.isclose(evaluate("two_hit.loss_probability([1.0], 10, 0.5, 1, copies=1)"), 1 - math.exp(-10))


def test_modules_are_the_public_ones():
    assert {"regrowth", "gompertz", "fluctuation", "p53", "two_hit"} <= set(modules())
    assert "checks" not in modules()
    assert not any(name.startswith("_") for name in modules())


@pytest.mark.parametrize(
    "call",
    [
        "",
        "regrowth.doubling_time(",
        "import os",
        "__import__('os').system('true')",
        "open('x')",
        "regrowth.__dict__",
        "regrowth._nadir_time(1, 2, 3, 4)",
        "regrowth.np.pi",
        "gompertz_courses.quad(1, 2, 3)",
        "os.getcwd()",
        "checks.evaluate('1')",
        "_validate.number('x', 1, 2)",
        "().__class__.__bases__",
        "fluctuation.mle(fluctuation.DEMEREC).__class__",
        "fluctuation.mle.__globals__",
        "regrowth.doubling_time",
        "regrowth.STEIN_2011.items()",
        "[x for x in (1, 2)]",
        "(lambda: 1)()",
        "regrowth.doubling_time(*[1])",
        "regrowth.doubling_time(**{'g': 1})",
        "f'{1}'",
        "1 if True else 2",
        "1 < 2",
        "9 ** 9 ** 9",
        "1 / 0",
        "(-1) ** 0.5",
        "'text'",
        "mutant_distribution.pmf(3, 1)",
        "mutant_distribution.pmf(3, 1)[9]",
        "mutant_distribution.pmf(3, 1)[0:1]",
        "regrowth.doubling_time()",
        "regrowth.no_such_function(1)",
        "regrowth.doubling_time(-1)",
    ],
)
def test_anything_else_is_a_value_error(call):
    with pytest.raises(ValueError):
        evaluate(call)


def test_the_message_names_the_call():
    with pytest.raises(ValueError, match=r"g must be finite and above 0, got -1.*regrowth\.doubling_time"):
        evaluate("regrowth.doubling_time(-1)")


@pytest.mark.parametrize("call", [None, 3, b"1"])
def test_a_call_is_a_text(call):
    with pytest.raises(ValueError, match="call must be a text"):
        evaluate(call)


LIMIT_CYCLE = "p53.limit_cycle(p53.Parameters(psi=2)).period / p53.limit_cycle().period"


def test_the_numbers_of_models_in_a_call():
    assert outermost(LIMIT_CYCLE) == tuple(LIMIT_CYCLE.split(" / "))
    assert outermost("2 * regrowth.doubling_time(regrowth.rate_from_log10(-2))") == (
        "regrowth.doubling_time(regrowth.rate_from_log10(-2))",
    )
    assert outermost("regrowth.halving_time(1) - regrowth.halving_time(1) / p53.period()") == (
        "regrowth.halving_time(1)",
        "p53.period()",
    )


def test_a_number_of_a_model_can_be_changed():
    first, second = outermost(LIMIT_CYCLE)
    plain = evaluate(LIMIT_CYCLE)
    assert evaluate(LIMIT_CYCLE, lambda text, number: number * (2 if text == first else 1)) == 2 * plain
    assert evaluate(LIMIT_CYCLE, lambda text, number: number * (2 if text == second else 1)) == plain / 2
    assert evaluate("p53.oscillates()", lambda text, number: 1 - number) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("0 * p53.period() + 83", r"does not depend on 'p53\.period\(\)'"),
        ("p53.period() * 0.0", "does not depend on"),
        ("p53.period() - p53.period()", "does not depend on"),
        ("p53.period() ** 0", "does not depend on"),
        ("p53.period() / p53.period()", "does not depend on"),
        ("regrowth.doubling_time(1) + 0 * p53.period()", r"does not depend on 'p53\.period\(\)'"),
        ("83", "depends on no function of a model"),
        ("fluctuation.DEMEREC_CELLS", "depends on no function of a model"),
        ("regrowth.STEIN_2011['ATTP'].g / 2", "depends on no function of a model"),
        ("p53.period() / 0", "cannot be done"),
        ("regrowth.nadir_tme(0.02, 0.003)", "perhaps 'nadir_time' is meant"),
        ("regrwth.nadir_time(0.02, 0.003)", "perhaps 'regrowth' is meant"),
        ("regrowth.nadir_time(0.02)", "does not take these arguments: missing a required argument: 'g'"),
        ("regrowth.nadir_time(d=0.02, g=0.003, k=1)", "got an unexpected keyword argument 'k'"),
        ("p53.limit_cycle().perod", "'perod' is not a field of the result"),
        ("p53.period().hours", "'hours' is not a field of the result"),
        ("chromatin_memory.steady_states(2)[2].silnced", "'silnced' is not a field"),
        ("regrowth.doubling_time(regrowth.rate_fom_log10(-2))", "perhaps 'rate_from_log10' is meant"),
        ("mutant_distribution.pmf(3, 1)[0:1]", "is not allowed"),
        ("+".join(["p53.period()"] * 200), f"at most {MOST_CHARACTERS} characters"),
    ],
)
def test_what_cannot_be_a_check_is_refused_before_a_model_runs(call, message):
    with pytest.raises(ValueError, match=message):
        resolve(call)
    with pytest.raises(ValueError, match=message):
        evaluate(call)


@pytest.mark.parametrize("call", ["2 * p53.period() ** 0.5", "(p53.period() - 3) ** 0.5 + 1", "p53.period() ** -500"])
def test_a_power_that_not_every_number_has_is_no_fault(call):
    resolve(call)
    assert math.isfinite(evaluate(call))


def test_resolving_runs_nothing():
    before = time.process_time()
    resolve("mutant_distribution.pmf(10**15, 1)[0]")
    resolve("state_transitions.propagate([0.5, 0.5], [[1, 0], [0, 1]], 10**12)[0][0]")
    assert time.process_time() - before < 1


def test_memory_of_a_call_is_bounded():
    with pytest.raises(ValueError, match=r"(MiB of memory are needed|n_max must be).*pmf\(10 \*\* 15, 1\)"):
        evaluate("mutant_distribution.pmf(10 ** 15, 1)[0]")


class TestBounds:
    def test_time(self):
        def forever():
            while True:
                with suppress(Exception):  # what a model catches must not swallow the alarm
                    math.factorial(300)

        with pytest.raises(ValueError, match=r"more than 0\.2 s of processor time"), bounded(seconds=0.2):
            forever()

    def test_memory(self):
        with pytest.raises(ValueError, match="more than 64 MiB of memory"), bounded(memory=2**26):
            np.ones(2**24)
        assert np.ones(2**24).size == 2**24

    def test_what_happens_inside_otherwise_stays_as_it_is(self):
        with pytest.raises(KeyError), bounded():
            raise KeyError
        with bounded(seconds=30):
            pass

    def test_another_thread_is_not_disturbed(self):
        done = []

        def work():
            with bounded(seconds=0.05):
                done.append(sum(range(10**6)))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert done
