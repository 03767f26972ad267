import numpy as np
import pytest

from resistance.models import fluctuation as fl
from resistance.models import fluctuation_methods as fm
from resistance.models import mutant_distribution as md


def test_joint_estimate_is_the_maximum():
    best = fm.joint_mle(fl.WERNGREN_5)
    for w in (best.w * 0.98, best.w * 1.02):
        assert fl.mle(fl.WERNGREN_5, w=w).log_likelihood < best.log_likelihood
    assert fl.mle(fl.WERNGREN_5, w=best.w).m == pytest.approx(best.m)


def test_joint_estimate_recovers_known_parameters():
    counts = np.minimum(md.simulate(np.random.default_rng(4), 1500, 4.0, w=0.7), 1000)
    best = fm.joint_mle(counts)
    assert best.m == pytest.approx(4.0, rel=0.1)
    assert best.w == pytest.approx(0.7, rel=0.1)


def test_profile_intervals_hold_the_estimate_and_are_wider_than_with_known_fitness():
    best, known = fm.joint_mle(fl.WERNGREN_5), fl.mle(fl.WERNGREN_5, w=fm.joint_mle(fl.WERNGREN_5).w)
    m, w = fm.profile_m(fl.WERNGREN_5), fm.profile_w(fl.WERNGREN_5)
    assert m.low < known.low < best.m < known.high < m.high
    assert w.low < best.w < w.high
    assert fl.mle(fl.WERNGREN_5, w=w.high).log_likelihood == pytest.approx(best.log_likelihood - 3.841459 / 2, abs=1e-5)


def test_counts_that_do_not_determine_fitness():
    with pytest.raises(ValueError, match="mutants must determine"):
        fm.joint_mle([0, 0, 1])


def test_no_mutant_method_inverts_the_chance_of_none():
    counts = [0] * 7 + [3] * 3
    for w, e in ((1, 1), (1, 0.4), (0.6, 0.1)):
        m = fm.p0_estimate(counts, w, e)
        assert md.pmf(0, m, w, e)[0] == pytest.approx(0.7)
    assert fm.p0_estimate([0, 0]) == 0


def test_no_mutant_method_with_plating_is_the_published_formula():
    e, p0 = 0.4, 11 / 20
    assert fm.p0_estimate(fl.LURIA_16, e=e) == pytest.approx((1 - e) * np.log(p0) / (e * np.log(e)))


@pytest.mark.parametrize("method", [fm.jones_median, fm.lea_coulson_median])
@pytest.mark.parametrize("m", [3.0, 20.0])
def test_median_methods_come_near_a_known_m(method, m):
    counts = md.simulate(np.random.default_rng(6), 4001, m)
    assert method(counts) == pytest.approx(m, rel=0.15)


def test_median_methods_obey_their_equations():
    median = np.median(fl.DEMEREC)
    m = fm.lea_coulson_median(fl.DEMEREC)
    assert median / m - np.log(m) == pytest.approx(1.24)
    assert fm.lea_coulson_median([0, 0, 5]) == 0
    assert fm.jones_median([10] * 3, e=0.5) == pytest.approx((20 - np.log(2)) / np.log(20 / np.log(2)))


def test_mean_method_obeys_its_equation():
    m = fm.luria_mean(fl.LURIA_16)
    assert m * np.log(20 * m) == pytest.approx(11.35)
    assert fm.luria_mean([0, 0]) == 0


def test_likelihood_beats_the_quick_methods():
    """The reason for the likelihood: smaller error in repeated experiments, most of all against the mean."""
    rng, truth = np.random.default_rng(9), 5.0
    samples = np.minimum(md.simulate(rng, 120 * 15, truth), 3000).reshape(120, 15)

    def spread(method):
        return np.sqrt(np.mean([np.log(method(row) / truth) ** 2 for row in samples]))

    likelihood = spread(lambda row: fl.mle(np.minimum(row, 600)).m)
    assert likelihood < spread(fm.jones_median) < spread(fm.luria_mean)


def test_dispersion_tells_mutation_before_from_resistance_on_contact():
    rng = np.random.default_rng(1)
    assert fm.index_of_dispersion(rng.poisson(10, 500)) == pytest.approx(1, abs=0.2)
    assert fm.index_of_dispersion(fl.LURIA_16) > 50


def test_fisher_information_is_the_curvature_expected():
    m, p = 2.0, md.pmf(3000, 2.0)
    step = 1e-4
    slope = (np.log(md.pmf(3000, m + step)) - np.log(md.pmf(3000, m - step))) / (2 * step)
    assert fm.fisher_information(m) == pytest.approx(np.sum(p * slope**2), rel=1e-6)


def test_sample_size_gives_the_precision():
    n = fm.sample_size(4, 0.25)
    assert 1.959964 / np.sqrt(n * fm.fisher_information(4)) <= 1.0
    assert 1.959964 / np.sqrt((n - 1) * fm.fisher_information(4)) > 1.0
    assert fm.sample_size(4, 0.1) > n


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fm.p0_estimate([1, 2]), "mutants must hold at least one culture without"),
        (lambda: fm.p0_estimate([0, 2], e=0), "e must be"),
        (lambda: fm.jones_median([0, 0, 1]), "mutants must have a median"),
        (lambda: fm.lea_coulson_median([1], e=2), "e must be"),
        (lambda: fm.luria_mean([-1]), "mutants must be"),
        (lambda: fm.index_of_dispersion([3]), "mutants must hold two cultures"),
        (lambda: fm.index_of_dispersion([0, 0]), "mutants must hold two cultures"),
        (lambda: fm.fisher_information(0), "m must be"),
        (lambda: fm.fisher_information(1, terms=0), "terms must be"),
        (lambda: fm.sample_size(1, precision=0), "precision must be"),
        (lambda: fm.profile_m(fl.WERNGREN_5, level=0), "level must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
