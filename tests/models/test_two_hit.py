import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from resistance.models import two_hit

N, U0, U1 = 200, 1e-4, 1e-2
TIMES = np.array([10.0, 100.0, 500.0])


def generator_matrix(n, u0, u1):
    """The chain written out cell by cell: who divides, what it makes, who dies."""
    q = np.zeros((n + 2, n + 2))
    for i in range(n + 1):
        for parent, share in (("intact", 1 - i / n), ("single", i / n)):
            loss = u0 if parent == "intact" else u1
            for lost, chance in ((True, loss), (False, 1 - loss)):
                made = (parent == "single") + lost
                for dying, dies in ((0, 1 - i / n), (1, i / n)):
                    to = n + 1 if made == 2 else i + made - dying
                    q[i, to] += n * share * chance * dies
        q[i, i] -= q[i].sum()
    return q


@pytest.mark.parametrize(("n", "u0", "u1"), [(1, 0.1, 0.2), (5, 0.05, 0.3), (20, 0.01, 0.05)])
def test_exact_probability_is_that_of_the_chain(n, u0, u1):
    q = generator_matrix(n, u0, u1)
    expected = [expm(q * t)[0, -1] for t in (1, 10, 100)]
    np.testing.assert_allclose(two_hit.exact_probability([1, 10, 100], n, u0, u1), expected, atol=1e-7)


def test_simulation_agrees_with_the_master_equation():
    waiting = two_hit.simulate(np.random.default_rng(1), 2000, N, U0, U1, TIMES[-1])
    exact = two_hit.exact_probability(TIMES, N, U0, U1)
    observed = np.array([(waiting <= t).mean() for t in TIMES])
    assert np.all(np.abs(observed - exact) < 4 * np.sqrt(exact * (1 - exact) / 2000) + 1e-3)
    assert np.all((waiting <= TIMES[-1]) | np.isinf(waiting))


def test_simulation_of_one_copy():
    waiting = two_hit.simulate(np.random.default_rng(2), 4000, 100, 0.0, 1e-4, 1e4, copies=1)
    assert waiting.mean() == pytest.approx(100, rel=0.06)


def test_large_population_formula_tends_to_the_exact_process():
    errors = []
    for n in (100, 1000, 10_000):
        u0 = 0.01 / n
        t = 1 / (n * u0 * 1e-2)
        errors.append(abs(two_hit.exact_probability([t], n, u0, 1e-4)[0] - (1 - np.exp(-1))))
    assert errors[0] > errors[1]
    assert errors[2] < 0.006


def test_lag_describes_early_times_where_the_plain_formula_is_far_too_high():
    n, u0, u1 = 5000, 2e-6, 1e-4
    t = np.array([5.0, 20.0, 100.0])
    exact = two_hit.exact_probability(t, n, u0, u1)
    np.testing.assert_allclose(two_hit.loss_probability(t, n, u0, u1, lag=True), exact, rtol=0.05)
    assert two_hit.loss_probability(5.0, n, u0, u1) > 20 * exact[0]


def test_lag_solves_its_equation():
    u1 = 1e-3
    solved = solve_ivp(lambda _, s: [u1 - s[0] ** 2, s[0]], (0, 200), [0, 0], rtol=1e-10, atol=1e-14)
    expected = -np.expm1(-50 * 1e-3 * solved.y[1, -1])
    assert two_hit.loss_probability(200, 50, 1e-3, u1, lag=True) == pytest.approx(expected, rel=1e-7)


def test_lag_without_overflow():
    assert two_hit.loss_probability(1e9, 10, 1e-12, 1.0, lag=True) == pytest.approx(-np.expm1(-1e-2), rel=1e-6)


def test_small_population_formula():
    t = np.array([1e3, 1e4, 3e4])
    exact = two_hit.exact_probability(t, 10, 1e-4, 1e-5)
    np.testing.assert_allclose(two_hit.small_population_probability(t, 10, 1e-4, 1e-5), exact, rtol=1e-2)
    near = two_hit.small_population_probability(50.0, 10, 1e-2, 1e-3 * (1 + 1e-6))
    assert near == pytest.approx(two_hit.small_population_probability(50.0, 10, 1e-2, 1e-3), rel=1e-5)


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.integers(1, 10**6), st.floats(1e-9, 1e-3), st.floats(1e-9, 1), st.sampled_from([1, 2]))
def test_waiting_time_inverts_the_probability(probability, n, u0, u1, copies):
    t = two_hit.waiting_time(probability, n, u0, u1, copies)
    assert two_hit.loss_probability(t, n, u0, u1, copies) == pytest.approx(probability, rel=1e-9)


@settings(deadline=None)
@given(st.floats(0, 1e6), st.integers(1, 10**6), st.floats(0, 1e-3), st.floats(1e-8, 0.5))
def test_an_inherited_loss_is_never_slower(t, n, u0, u1):
    one = two_hit.loss_probability(t, n, u0, u1, copies=1)
    two = two_hit.loss_probability(t, n, min(u0, np.sqrt(u1)), u1, copies=2, lag=True)
    assert 0 <= two <= one + 1e-12 <= 1 + 1e-12


def test_arrays_broadcast():
    assert two_hit.loss_probability(TIMES[:, None], [10, 100], 1e-3, 1e-3).shape == (3, 2)
    assert two_hit.tunnelling_ratio(100, 1e-4) == pytest.approx(1)
    np.testing.assert_array_equal(two_hit.exact_probability([0.0], 5, 0.1, 0.1), [0.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: two_hit.loss_probability(-1, 10, 0.1, 0.1), "t must be"),
        (lambda: two_hit.loss_probability(1, 0, 0.1, 0.1), "n must be"),
        (lambda: two_hit.loss_probability(1, 10, 1.1, 0.1), "u0 must be"),
        (lambda: two_hit.loss_probability(1, 10, 0.1, 0), "u1 must be"),
        (lambda: two_hit.loss_probability(1, 10, 0.1, 0.1, copies=3), "copies must be 1 or 2"),
        (lambda: two_hit.waiting_time(1, 10, 0.1, 0.1), "probability must be"),
        (lambda: two_hit.small_population_probability(1, 10, 0, 0.1), "u0 must be"),
        (lambda: two_hit.exact_probability([1], 2.5, 0.1, 0.1), "n must be a whole number"),
        (lambda: two_hit.exact_probability(1.0, 2, 0.1, 0.1), "t must have one dimension"),
        (lambda: two_hit.simulate(1, 1, 2, 0.1, 0.1, 1), "rng must be"),
        (lambda: two_hit.simulate(np.random.default_rng(0), 0, 2, 0.1, 0.1, 1), "runs must be"),
        (lambda: two_hit.simulate(np.random.default_rng(0), 1, 2, 0.1, 0.1, 0), "t_max must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
