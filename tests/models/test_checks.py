import math

import pytest

from resistance.models import fluctuation, mutant_distribution, regrowth
from resistance.models.checks import evaluate, modules


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
