"""Chromatin memory: closed forms of the mean field, the drug, the exact finite chain, division and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import chromatin_chain, chromatin_memory

feedbacks = st.floats(0.01, 20)
drugs = st.floats(0, 1)


class TestMeanField:
    def test_one_state_up_to_the_threshold_and_three_above(self):
        counts = [len(chromatin_memory.steady_states(f)) for f in (0.4, 1.0, 1.4, 2.0)]
        assert counts == [1, 1, 3, 3]

    def test_closed_form_at_two(self):
        active, middle, silenced = chromatin_memory.steady_states(2)
        assert (silenced.silenced, silenced.active) == (
            pytest.approx(0.798548, abs=5e-7),
            pytest.approx(0.034785, abs=5e-7),
        )
        assert silenced.unmodified == pytest.approx(1 / 6)
        assert silenced.silenced * silenced.active == pytest.approx(1 / 36)
        assert (active.silenced, active.active) == pytest.approx((silenced.active, silenced.silenced))
        assert (active.stable, middle.stable, silenced.stable) == (True, False, True)
        assert middle.silenced == pytest.approx(1 / 3)

    def test_gap(self):
        np.testing.assert_allclose(chromatin_memory.gap([0, 1, 2]), [0, 0, np.sqrt(1 - 4 / 25)])
        state = chromatin_memory.steady_states(1.4)[-1]
        share = (state.silenced - state.active) / (state.silenced + state.active)
        assert chromatin_memory.gap(1.4) == pytest.approx(share)

    @given(feedbacks, drugs)
    def test_states_are_steady_and_their_stability_is_that_of_the_slope(self, f, k):
        for state in chromatin_memory.steady_states(f, k):
            m, a = state.silenced, state.active
            assert m + state.unmodified + a == pytest.approx(1)
            assert state.unmodified**2 == pytest.approx(m * a, rel=1e-6)
            np.testing.assert_allclose(chromatin_memory.rates(m, a, f, k), 0, atol=1e-6)

    @pytest.mark.parametrize("k", [1.0, 0.9, 0.8])
    def test_stability_by_the_jacobian(self, k):
        for state in chromatin_memory.steady_states(2, k):
            m, a, step = state.silenced, state.active, 1e-6
            columns = [
                (np.array(chromatin_memory.rates(m + dm, a + da, 2, k)) - chromatin_memory.rates(m - dm, a - da, 2, k))
                / (2 * step)
                for dm, da in ((step, 0), (0, step))
            ]
            assert bool(np.all(np.linalg.eigvals(np.array(columns).T).real < 0)) == state.stable

    def test_recruitment_and_noise(self):
        assert chromatin_memory.feedback(0.5) == 1
        np.testing.assert_allclose(chromatin_memory.recruited(chromatin_memory.feedback([0, 0.3, 0.9])), [0, 0.3, 0.9])


class TestDrug:
    @given(st.floats(1.001, 30))
    def test_silenced_state_is_lost_below_the_least_recruitment(self, f):
        least = float(chromatin_memory.silencing_needed(f))
        assert 0 < least < 1
        assert len(chromatin_memory.steady_states(f, min(1.0, least * (1 + 1e-4)))) == 3
        assert len(chromatin_memory.steady_states(f, least * (1 - 1e-4))) == 1

    @given(st.floats(0.05, 0.999))
    def test_threshold_is_the_inverse(self, k):
        assert chromatin_memory.silencing_needed(chromatin_memory.threshold(k)) == pytest.approx(k, rel=1e-6)

    def test_limits(self):
        assert chromatin_memory.threshold() == 1
        assert chromatin_memory.silencing_needed(1 + 1e-9) == pytest.approx(1, abs=1e-4)
        assert chromatin_memory.silencing_needed(1e4) < 0.02
        assert chromatin_memory.steady_states(3, 0)[0].silenced < 0.1
        assert len(chromatin_memory.steady_states(3, 0)) == 1

    @given(feedbacks, drugs)
    def test_branch_passes_through_the_states(self, f, k):
        for state in chromatin_memory.steady_states(f, k):
            ratio = state.silenced / state.unmodified
            assert chromatin_memory.branch(ratio, f) == pytest.approx(k, abs=1e-6)


class TestExact:
    def test_mean_gap_of_sixty_nucleosomes(self):
        assert chromatin_chain.mean_gap(0.4) == pytest.approx(0.1894, abs=5e-5)
        assert chromatin_chain.mean_gap(1) == pytest.approx(0.4144, abs=5e-5)

    def test_noise_alone_is_multinomial(self):
        p = chromatin_chain.stationary(0, 2)
        np.testing.assert_allclose(p, [[1 / 9, 2 / 9, 1 / 9], [2 / 9, 2 / 9, 0], [1 / 9, 0, 0]], atol=1e-12)

    def test_one_peak_below_and_two_above_the_threshold(self):
        def peaks(f):
            p = chromatin_chain.stationary(f)
            difference = np.array([np.trace(p, -d) for d in range(-60, 61, 2)])
            return int(np.sum((difference[1:-1] > difference[:-2]) & (difference[1:-1] > difference[2:])))

        assert [peaks(f) for f in (0.4, 1.4, 2.0)] == [1, 2, 2]

    def test_stationary_is_unchanged_and_symmetric(self):
        p = chromatin_chain.stationary(1.2, 20)
        np.testing.assert_allclose(chromatin_chain.evolve(p, 3, 1.2), p, atol=1e-12)
        np.testing.assert_allclose(p, p.T)
        assert chromatin_chain.mostly_silenced(p) == pytest.approx(0.5)
        drugged = chromatin_chain.stationary(1.2, 20, k_m=0.5)
        np.testing.assert_allclose(chromatin_chain.evolve(drugged, 3, 1.2, 0.5), drugged, atol=1e-12)
        assert chromatin_chain.mostly_silenced(drugged) < 0.1

    def test_division_halves_what_is_modified(self):
        p = chromatin_chain.divide(chromatin_chain.all_silenced(20))
        numbers = chromatin_chain.silenced_numbers(p)
        assert numbers @ np.arange(21) == pytest.approx(10)
        assert numbers[0] == pytest.approx(0.5**20)

    def test_memory_needs_more_than_the_threshold(self):
        none, weak, strong = (chromatin_chain.memory(f, 5, 20)[-1] for f in (0.5, 1.4, 4.0))
        assert none == pytest.approx(0.5, abs=1e-2)
        assert none < weak < strong
        assert strong > 0.99
        assert chromatin_chain.memory(2, 1, 5)[0] == 1

    @settings(max_examples=15, deadline=None)
    @given(st.floats(0, 5), st.integers(2, 12), drugs)
    def test_probabilities(self, f, n, k):
        p = chromatin_chain.evolve(chromatin_chain.divide(chromatin_chain.stationary(f, n, k)), 1, f, k)
        assert p.sum() == pytest.approx(1)
        assert p.min() >= 0


class TestSimulation:
    def test_agrees_with_the_exact_chain(self):
        history = chromatin_chain.simulate(0.4, 250, np.random.default_rng(3), loci=150)[50:]
        m, a = (history == chromatin_chain.SILENCED).sum(2), (history == chromatin_chain.ACTIVE).sum(2)
        assert np.mean(np.abs(m - a) / np.maximum(m + a, 1)) == pytest.approx(0.1894, abs=0.02)

    def test_drug(self):
        history = chromatin_chain.simulate(2, 150, np.random.default_rng(5), loci=60, k_m=0.5)[-1]
        assert np.mean(history == chromatin_chain.ACTIVE) > 0.6

    def test_neighbours_alone_keep_no_memory(self):
        far = chromatin_chain.simulate(2, 200, np.random.default_rng(2), loci=100)[-1].sum(1)
        near = chromatin_chain.simulate(2, 200, np.random.default_rng(2), loci=100, reach=1)[-1].sum(1)
        assert np.mean(far > 0) > 0.95
        assert np.mean(near > 0) < 0.7

    def test_one_step_at_a_time(self):
        history = chromatin_chain.simulate(3, 1, np.random.default_rng(0), n=4, loci=2, start=chromatin_chain.ACTIVE)
        assert history.shape == (2, 2, 4)
        assert np.all(history[0] == chromatin_chain.ACTIVE)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: chromatin_memory.feedback(1), "alpha"),
        (lambda: chromatin_memory.recruited(-1), "feedback"),
        (lambda: chromatin_memory.rates(0.6, 0.6, 1), "silenced"),
        (lambda: chromatin_memory.rates(0.6, 0.1, -1), "feedback"),
        (lambda: chromatin_memory.steady_states(-1), "feedback"),
        (lambda: chromatin_memory.steady_states(1, 1.1), "k_m"),
        (lambda: chromatin_memory.gap(np.nan), "feedback"),
        (lambda: chromatin_memory.threshold(0), "k_m"),
        (lambda: chromatin_memory.silencing_needed(1), "feedback"),
        (lambda: chromatin_memory.branch(0, 1), "ratio"),
        (lambda: chromatin_chain.stationary(1, 1), "n"),
        (lambda: chromatin_chain.stationary(1, 5, 2), "k_m"),
        (lambda: chromatin_chain.mean_gap("1"), "feedback"),
        (lambda: chromatin_chain.all_silenced(2.5), "n"),
        (lambda: chromatin_chain.divide([[1.0]]), "distribution"),
        (lambda: chromatin_chain.divide(np.zeros((4, 4))), "distribution"),
        (lambda: chromatin_chain.divide(np.full((3, 3), 1 / 9)), "distribution"),
        (lambda: chromatin_chain.evolve(chromatin_chain.all_silenced(3), -1, 1), "sweeps"),
        (lambda: chromatin_chain.memory(1, 0, 1), "divisions"),
        (lambda: chromatin_chain.simulate(1, 1, 7), "rng"),
        (lambda: chromatin_chain.simulate(1, 1, np.random.default_rng(0), reach=30), "reach"),
        (lambda: chromatin_chain.simulate(1, 1, np.random.default_rng(0), start=2), "start"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
