import numpy as np
import pytest

from resistance.models import _validate as validate


def test_arrays_broadcasts_and_keeps_order():
    a, b = validate.arrays(a=([1, 2], validate.POSITIVE), b=(3, validate.REAL))
    np.testing.assert_array_equal(a, [1.0, 2.0])
    np.testing.assert_array_equal(b, [3.0, 3.0])


@pytest.mark.parametrize("value", ["1", None, [[1], [1, 2]], {}, 1j, [object()]])
def test_not_a_number(value):
    with pytest.raises(ValueError, match="rate must be a number"):
        validate.arrays(rate=(value, validate.REAL))


@pytest.mark.parametrize("value", [[], np.zeros((0, 2))])
def test_empty(value):
    with pytest.raises(ValueError, match="rate must not be empty"):
        validate.arrays(rate=(value, validate.REAL))


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        (validate.REAL, [-1e300, 0], [np.nan, np.inf]),
        (validate.POSITIVE, [1e-300], [0, -1, np.nan, np.inf]),
        (validate.POSITIVE_OR_INFINITE, [np.inf, 1], [0, np.nan]),
        (validate.NON_NEGATIVE, [0, 1], [-1e-300, np.nan, np.inf]),
        (validate.PROBABILITY, [0, 1, 0.5], [-0.1, 1.1, np.nan]),
        (validate.OPEN_PROBABILITY, [0.5], [0, 1, np.nan]),
        (validate.FRACTION, [1, 0.1], [0, 1.1, np.nan]),
    ],
)
def test_intervals(interval, inside, outside):
    for value in inside:
        assert validate.number("x", value, interval) == value
    for value in outside:
        with pytest.raises(ValueError, match="x must be"):
            validate.number("x", value, interval)
        with pytest.raises(ValueError, match="x must be"):
            validate.arrays(x=([inside[0], value], interval))


def test_the_message_names_argument_and_value():
    with pytest.raises(ValueError, match=r"phi must be between 0 and 1, got 1\.5"):
        validate.number("phi", 1.5, validate.PROBABILITY)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"d \(2,\), g \(3,\)"):
        validate.arrays(d=([1, 2], validate.REAL), g=([1, 2, 3], validate.REAL))


def test_number_wants_one_element():
    assert validate.number("x", [2.0], validate.REAL) == 2.0
    with pytest.raises(ValueError, match="x must be a single number"):
        validate.number("x", [1, 2], validate.REAL)


@pytest.mark.parametrize("value", [1.5, -1, "2", np.nan])
def test_whole(value):
    assert validate.whole("n", 3.0) == 3
    with pytest.raises(ValueError, match="n must be"):
        validate.whole("n", value)


@pytest.mark.parametrize("value", [[], [-1], [0.5], [np.nan], [[1, 2]], 3])
def test_counts(value):
    assert validate.counts("counts", [1.0, 2.0]).dtype == np.int64
    with pytest.raises(ValueError, match="counts must"):
        validate.counts("counts", value)


@pytest.mark.parametrize("value", [0, None, np.random.RandomState(0)])
def test_generator(value):
    rng = np.random.default_rng(0)
    assert validate.generator("rng", rng) is rng
    with pytest.raises(ValueError, match=r"rng must be a numpy\.random\.Generator"):
        validate.generator("rng", value)
