"""Venetoclax beside voriconazole: the numbers of Yang et al. 2025, and the population behind them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import population_pk, two_compartment, venetoclax
from resistance.models.population_pk import Variances
from resistance.models.two_compartment import Disposition


class TestPublished:
    """Means come from 1000 simulated patients: their standard error is 1.3%, so 3% is two of them and a rounding."""

    @pytest.mark.parametrize(
        ("dose", "day", "albumin", "mean"),
        [(50, 7, 38.4, 28.4), (100, 7, 38.4, 56.8), (75, 14, 38.4, 49.6), (100, 14, 32.5, 53.1), (100, 14, 45.7, 80.1)],
    )
    def test_mean_exposure(self, dose, day, albumin, mean):
        assert venetoclax.mean_auc24(dose, day, albumin) == pytest.approx(mean, rel=0.03)

    def test_the_number_printed_for_day_14_at_median_albumin_is_that_of_day_7(self):
        assert venetoclax.mean_auc24(100, 14) == pytest.approx(66.7, abs=0.1)
        assert venetoclax.mean_auc24(100, 7) == pytest.approx(56.8, abs=0.1)

    def test_accumulation(self):
        assert venetoclax.median_accumulation() == pytest.approx(1.2, abs=0.05)

    def test_only_the_corrected_variance_gives_the_published_spread(self):
        assert venetoclax.sd_auc24(100, 7) == pytest.approx(24.4, rel=0.07)
        assert venetoclax.sd_auc24(100, 7, printed_variances=True) > 1.9 * 24.4

    def test_trough_lies_in_the_observed_range(self):
        assert 0.74 < venetoclax.median_trough(100, 7) < 5.3
        assert venetoclax.median_trough(100, 7) == pytest.approx(1.89, rel=0.1)


class TestClearance:
    def test_albumin(self):
        assert venetoclax.clearance() == pytest.approx(1.31)
        assert venetoclax.clearance(32.5) / venetoclax.clearance(45.7) == pytest.approx((32.5 / 45.7) ** -1.49)

    def test_activity(self):
        assert venetoclax.patient(activity=0).cl == pytest.approx(1.31, rel=1e-12)
        assert venetoclax.patient(activity=1).cl == pytest.approx(446 / 24)
        assert venetoclax.fraction_cyp3a() == pytest.approx(0.9295, abs=1e-4)
        ratio = venetoclax.patient(albumin=30, activity=1).cl / venetoclax.patient(albumin=30).cl
        assert ratio == pytest.approx(446 / 24 / 1.31)

    @given(st.floats(0, 1), st.floats(0, 1))
    def test_exposure_falls_with_activity(self, one, other):
        low, high = sorted((one, other))
        assert venetoclax.typical_auc24(100, 7, activity=low) >= venetoclax.typical_auc24(100, 7, activity=high) - 1e-9


class TestPopulation:
    def test_quadrature_agrees_with_random_patients(self):
        patients = population_pk.draw(venetoclax.TYPICAL, venetoclax.VARIANCES, 100_000, np.random.default_rng(5))
        sampled = two_compartment.daily_exposure(7, patients, 100.0)
        assert venetoclax.mean_auc24(100, 7) == pytest.approx(sampled.mean(), rel=0.005)
        assert venetoclax.sd_auc24(100, 7) == pytest.approx(sampled.std(), rel=0.02)

    def test_more_points_change_nothing(self):
        finer = population_pk.quadrature(venetoclax.TYPICAL, venetoclax.VARIANCES, 65536)
        assert venetoclax.mean_auc24(100, 7) == pytest.approx(
            np.mean(two_compartment.daily_exposure(7, finer, 100.0)), rel=1e-3
        )

    def test_log_normal_moments(self):
        patients = population_pk.quadrature(venetoclax.TYPICAL, Variances(cl=0.5), 4096)
        assert np.median(patients.cl) == pytest.approx(1.31, rel=1e-3)
        assert np.mean(patients.cl) == pytest.approx(1.31 * np.exp(0.25), rel=5e-3)
        np.testing.assert_array_equal(patients.v, np.full(4096, 28.02))

    def test_without_variation_everybody_is_typical(self):
        assert population_pk.mean_daily_exposure(venetoclax.TYPICAL, Variances(), 7, 100.0) == pytest.approx(
            venetoclax.typical_auc24(100, 7)
        )
        assert population_pk.sd_daily_exposure(venetoclax.TYPICAL, Variances(), 7, 100.0) == pytest.approx(0, abs=1e-9)

    def test_quantiles_enclose_the_median_and_rise(self):
        bands = population_pk.concentration_quantiles(
            [0.0, 12.0, 160.0], venetoclax.TYPICAL, venetoclax.VARIANCES, 100.0, 7
        )
        assert bands.shape == (3, 3)
        assert np.all(np.diff(bands, axis=0) >= 0)

    def test_same_generator_same_patients(self):
        one, two = (
            population_pk.draw(venetoclax.TYPICAL, venetoclax.VARIANCES, 5, np.random.default_rng(2)) for _ in range(2)
        )
        np.testing.assert_array_equal(one.cl, two.cl)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Variances(cl=-0.1), "cl"),
        (lambda: population_pk.draw(venetoclax.TYPICAL, Variances(), 3, 7), "rng"),
        (lambda: population_pk.draw(venetoclax.TYPICAL, Variances(), 0, np.random.default_rng(1)), "n"),
        (
            lambda: population_pk.draw(Disposition([1, 2], 1, 1, 1, 1), Variances(), 3, np.random.default_rng(1)),
            r"typical\.cl",
        ),
        (lambda: population_pk.quadrature(venetoclax.TYPICAL, Variances(), 1), "points"),
        (
            lambda: population_pk.concentration_quantiles([1], venetoclax.TYPICAL, Variances(), 1, 1, [1.5]),
            "probabilities",
        ),
        (lambda: venetoclax.clearance(0), "albumin"),
        (lambda: venetoclax.patient(activity=-1), "activity"),
        (lambda: venetoclax.mean_auc24(-1, 7), "dose"),
        (lambda: venetoclax.typical_auc24(100, 0), "day"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
