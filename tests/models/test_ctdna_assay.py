"""A blood test: the authors' numbers, a simulated blood draw, limits, thresholds that hold, refusals."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from resistance.models import _blood_sample, read_depth
from resistance.models.ctdna_assay import (
    ASSAY,
    MOST_TUMOURS,
    Assay,
    calling_threshold,
    copies_sequenced,
    detectable_cells,
    false_positives,
    sampled,
    sensitivity,
)
from resistance.models.ctdna_shedding import LUNG, RELAPSE, cells, circulating

THRESHOLD = calling_threshold(0.01)


class TestPublished:
    """Tests and example of reiterlab/ctdna."""

    def test_threshold(self):
        assert pytest.approx(0.03744832, abs=5e-9) == THRESHOLD
        for efficiency, printed in ((1, 1.8e-5), (0.5, 2.1e-5)):
            found = calling_threshold(0.01, Assay(panel=2000, efficiency=efficiency))
            assert found == pytest.approx(printed, abs=5e-7)

    def test_sensitivity(self):
        found = sensitivity(cells([1, 1.5, 2]), THRESHOLD)
        np.testing.assert_allclose(found, [0.17622353, 0.55962951, 0.90654751], atol=1e-6)
        assert sensitivity(1e9, THRESHOLD) == pytest.approx(0.336, abs=5e-4)

    @pytest.mark.parametrize(
        ("fragments", "printed"),
        [
            (1, [0.070037, 0.121975, 0.191529]),
            (2, [0.002512, 0.007761, 0.019639]),
            (5, [1.581121e-08, 2.783244e-07, 3.032505e-06]),
        ],
    )
    def test_p_values_at_quartiles(self, fragments, printed):
        copies = copies_sequenced([0.25, 0.5, 0.75], Assay(efficiency=1))
        np.testing.assert_allclose(read_depth.detection(1e-5, copies, fragments), printed, rtol=3e-4)


class TestAgainstSimulation:
    def test_sensitivity(self):
        """Blood drawn from 200,000 patients, fragment by fragment."""
        rng = np.random.default_rng(11)
        people, number = 200_000, cells(1.5)
        normal = np.rint(rng.gamma(1.86, 3.38, people) / 0.0066 * 2750)
        mutant = rng.poisson(circulating(number), people)
        fraction = 0.015 / 5 * 0.5
        copies = (2 * (normal + mutant)).astype(int)
        by_tumour = rng.binomial(mutant, fraction * (1 - 1e-5))
        by_error = rng.binomial(copies - mutant, fraction * 1e-5)
        seen = by_tumour + by_error
        called = (seen > 0) & (stats.binom.sf(seen - 1, copies, fraction * 1e-5) <= THRESHOLD)
        # Quantiles leave out the ends of both distributions.
        assert sensitivity(number, THRESHOLD) == pytest.approx(called.mean(), abs=0.01)

    def test_false_positives(self):
        rng = np.random.default_rng(12)
        assay = Assay(panel=50, error=1e-4)
        threshold = calling_threshold(0.05, assay)
        copies = np.rint(2 * rng.gamma(1.86, 3.38, 20_000) / 0.0066 * 2750).astype(int)[:, None]
        seen = rng.binomial(copies, 0.0015 * 1e-4, (20_000, 50))
        p = np.where(seen > 0, stats.binom.sf(seen - 1, copies, 0.0015 * 1e-4), 1)
        assert np.mean((p <= threshold).any(axis=1)) == pytest.approx(0.05, abs=0.005)


class TestThreshold:
    @given(st.floats(1e-4, 0.9), st.sampled_from([1, 20, 2000, 300_000]), st.sampled_from([1e-6, 1e-5, 1e-4]))
    @settings(max_examples=25, deadline=None)
    def test_wrong_no_more_often_than_asked(self, wanted, panel, error):
        assay = Assay(panel=panel, error=error)
        threshold = calling_threshold(wanted, assay)
        assert false_positives(threshold, assay) <= wanted * (1 + 1e-9)
        if threshold < 1:
            step = 1.05 * threshold + 2e-3
            assert step >= 1 or false_positives(min(step, 1.0), assay) > 0.95 * wanted

    def test_equal_p_values_stand_or_fall_together(self):
        """In tubes with few molecules many people have the same p-values."""
        assay = Assay(tube=0.02, blood=0.1, error=0.01, scale=1e-3, genome=0.66)
        for wanted in (1e-3, 0.01, 0.05, 0.3):
            assert false_positives(calling_threshold(wanted, assay), assay) <= wanted

    def test_without_errors_every_fragment_counts(self):
        assert calling_threshold(0.01, Assay(error=0)) == 1
        assert false_positives(1.0, Assay(error=0)) == 0

    def test_rare_enough_without_a_threshold(self):
        assert calling_threshold(1.0) == 1
        assert calling_threshold(0.5) == 1

    def test_larger_panels_must_be_stricter(self):
        found = [calling_threshold(0.01, Assay(panel=panel)) for panel in (1, 20, 2000, 300_000)]
        assert np.all(np.diff(found) < 0)


class TestSensitivity:
    def test_without_a_tumour_is_the_error_of_its_own_place(self):
        assert sensitivity(0.0, THRESHOLD) == pytest.approx(0.01, abs=1e-3)
        assert sensitivity(0.0, THRESHOLD, assay=Assay(error=0)) == 0

    def test_rises_with_size_to_certainty(self):
        found = sensitivity(np.geomspace(1e7, 1e12, 20), THRESHOLD)
        assert np.all(np.diff(found) > -1e-9)
        assert found[-1] == pytest.approx(1, abs=1e-9)

    def test_more_tracked_mutations_see_smaller_tumours(self):
        assay = Assay(panel=20)
        threshold = calling_threshold(0.01, assay)
        found = [sensitivity(1e8, threshold, mutations, assay=assay) for mutations in (1, 5, 20)]
        assert np.all(np.diff(found) > 0)

    def test_a_small_subclone_is_seen_less_often(self):
        assert np.all(np.diff(sensitivity(1e9, THRESHOLD, share=[0, 0.1, 0.5, 1])) > 0)
        assert sensitivity(1e9, THRESHOLD, share=0.0) == pytest.approx(sensitivity(0.0, THRESHOLD), abs=1e-4)

    def test_without_errors_it_is_the_chance_of_a_molecule(self):
        """Of Poisson molecules a thinned Poisson number is read; a hundredth of each tail is cut off."""
        assay = Assay(error=0)
        mean = circulating(1e9) * 0.0015
        assert sensitivity(1e9, 1.0, assay=assay) == pytest.approx(sampled(mean), abs=1e-3)

    def test_no_blood_cells_and_no_tumour_no_answer_but_zero(self):
        assay = Assay(scale=1e-12)
        assert sensitivity(0.0, 0.5, assay=assay) == 0

    def test_grid_is_its_elements_and_fast(self):
        sizes = cells(np.linspace(0.2, 3, 20))[:, None] * np.ones(3)
        began = time.process_time()
        found = sensitivity(sizes, THRESHOLD, share=[0.1, 0.5, 1.0])
        assert time.process_time() - began < 2
        assert found.shape == (20, 3)
        assert found[7, 1] == sensitivity(sizes[7, 1], THRESHOLD, share=0.5)


class TestDetectable:
    def test_turns_the_sensitivity_round(self):
        for probability in (0.05, 0.5, 0.95):
            found = detectable_cells(probability, THRESHOLD)
            low, high = sensitivity(found * np.array([1 - 1e-4, 1 + 1e-4]), THRESHOLD)
            assert low <= probability <= high

    def test_a_relapse_is_followed_by_its_own_mutations(self):
        assay = Assay(panel=20)
        threshold = calling_threshold(0.05 / 12, assay)
        followed = detectable_cells(0.5, threshold, 20, shedding=RELAPSE, assay=assay)
        assert followed < 0.5 * detectable_cells(0.5, THRESHOLD, shedding=RELAPSE)

    def test_never(self):
        with pytest.raises(ValueError, match=r"must give a tumour that is found as often"):
            detectable_cells(0.5, THRESHOLD, share=0.0)
        with pytest.raises(ValueError, match=r"must give a test that finds less without a tumour"):
            detectable_cells(0.001, THRESHOLD)


class TestParts:
    def test_poisson_quantiles(self):
        shares = _blood_sample.quantiles(99)
        for mean in (1e-12, 1e-3, 0.01, 0.5, 1.0, 7.3, 572.2, 1e5, 1e9):
            expected = stats.poisson.ppf(shares, mean)
            np.testing.assert_array_equal(_blood_sample.poisson_quantiles(shares, mean), expected)
        assert not _blood_sample.poisson_quantiles(shares, 0.0).any()

    def test_least_fragments_one_by_one(self):
        copies = np.array([0.0, 1, 2, 10, 1e3, 1e5, 3e6, 1.7e7])
        for threshold, error in ((0.05, 1e-6), (1e-9, 1e-6), (0.3, 1e-5), (1.0, 1e-5)):
            for n, least in zip(copies, _blood_sample.least_fragments(copies, threshold, error), strict=True):
                k = 1
                while stats.binom.sf(k - 1, n, error) > threshold:
                    k += 1
                assert least == k

    def test_no_molecule_is_none(self):
        assert sampled(0.0) == 0
        assert sampled(1e-12) == pytest.approx(1e-12, rel=1e-12)
        assert sampled(2.5) == pytest.approx(0.9179150, abs=1e-7)


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("tube", 0),
            ("tube", 5001),
            ("efficiency", 1.1),
            ("error", 1.0),
            ("panel", 0),
            ("panel", 1.5),
            ("blood", -5),
            ("plasma", 0),
            ("shape", np.nan),
            ("scale", 0),
            ("genome", np.inf),
        ],
    )
    def test_assay(self, name, value):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            Assay(**{name: value})

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("cells", (-1, 0.01)),
            ("threshold", (1e9, 0)),
            ("threshold", (1e9, 1.1)),
            ("mutations", (1e9, 0.01, 2)),
            ("mutations", (1e9, 0.01, 0)),
            ("share", (1e9, 0.01, 1, 1.5)),
            ("shedding", (1e9, 0.01, 1, 1.0, None)),
            ("assay", (1e9, 0.01, 1, 1.0, LUNG, None)),
        ],
    )
    def test_sensitivity(self, name, arguments):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            sensitivity(*arguments)

    def test_too_many_tumours(self):
        with pytest.raises(ValueError, match=r"^cells and share must make at most"):
            sensitivity(np.full(MOST_TUMOURS + 1, 1e9), 0.01)

    def test_more_copies_than_keep_their_digits(self):
        with pytest.raises(ValueError, match=r"^cells, threshold must give at most"):
            sensitivity(1e20, 0.01)

    def test_a_test_that_misreads_everything(self):
        bad = Assay(error=0.1)
        for call in (lambda: calling_threshold(0.01, bad), lambda: sensitivity(1e9, 0.01, assay=bad)):
            with pytest.raises(ValueError, match=r"at most 400 fragments that errors make"):
                call()
        with pytest.raises(ValueError, match=r"at most 400 fragments that errors make"):
            false_positives(0.01, bad)

    def test_probabilities(self):
        with pytest.raises(ValueError, match=r"^false_positive must be"):
            calling_threshold(0)
        with pytest.raises(ValueError, match=r"^quantile must be"):
            copies_sequenced(1.0, ASSAY)
        with pytest.raises(ValueError, match=r"^probability must be"):
            detectable_cells(1.0, 0.01)
        with pytest.raises(ValueError, match=r"^mean must be"):
            sampled(-1)
