import numpy as np
import pytest
from scipy.optimize import fsolve

from resistance.models.bim_balance import Affinity, bim_on_bcl2, bim_on_mcl1, drug_needed, free_bim, mcl1_limit
from resistance.models.titration import titration

TIGHT = Affinity(drug=0.01)


def test_without_drugs_and_mcl1_it_is_one_titration():
    assert free_bim([50.0, 100.0, 300.0], 200, 0) == pytest.approx(titration([50.0, 100.0, 300.0], 1, 200), rel=1e-12)


def test_two_guardians_of_one_affinity_act_as_one():
    assert free_bim(100, 150, 50) == pytest.approx(titration(100, 1, 200), rel=1e-12)


def test_with_ever_more_drug_mcl1_is_left():
    limit = titration(100, 1, 50)
    far = np.array([abs(free_bim(100, 200, 50, drug, affinity=TIGHT) - limit) for drug in (1e3, 1e5, 1e7)])
    assert np.all(np.diff(far) < 0) and far[-1] < 1e-3


def test_the_worked_case_keeps_its_numbers():
    assert free_bim(100, 200, [0, 50], 1000, affinity=TIGHT) == pytest.approx([99.7510143, 50.8375605], rel=1e-8)


def test_parts_add_up_to_the_whole():
    given = (100, 200, 50, np.array([0.0, 10.0, 199.0, 1e4]), 30)
    assert free_bim(*given) + bim_on_bcl2(*given) + bim_on_mcl1(*given) == pytest.approx(100, rel=1e-12)


def test_each_inhibitor_drives_bim_to_the_other_guardian():
    assert bim_on_mcl1(100, 200, 50, 500) > bim_on_mcl1(100, 200, 50)
    assert bim_on_bcl2(100, 200, 50, 0, 500) > bim_on_bcl2(100, 200, 50)


def test_both_free_more_than_either():
    both = free_bim(100, 200, 100, 500, 500)
    assert both > free_bim(100, 200, 100, 500) + free_bim(100, 200, 100, 0, 500)


def test_free_bim_rises_with_each_drug_and_falls_with_each_guardian():
    steps = np.linspace(0, 400, 41)
    assert np.all(np.diff(free_bim(100, 200, 50, steps, 20)) > 0)
    assert np.all(np.diff(free_bim(100, 200, 50, 20, steps)) > 0)
    assert np.all(np.diff(free_bim(100, steps, 50, 20, 20)) < 0)
    assert np.all(np.diff(free_bim(100, 200, steps, 20, 20)) < 0)


def test_against_the_three_balances_solved_together():
    def balances(logs):
        x, d, s = np.exp(logs)
        on_b, on_m = 1 + x / 2 + d / 0.5, 1 + x / 3 + s / 0.7
        sinks = 200 * x / 2 / on_b + 80 * x / 3 / on_m
        return [x + sinks - 100, d + 200 * d / 0.5 / on_b - 150, s + 80 * s / 0.7 / on_m - 60]

    x = np.exp(fsolve(balances, np.log([1.0, 1.0, 1.0]), xtol=1e-13)[0])
    assert free_bim(100, 200, 80, 150, 60, Affinity(2, 3, 0.5, 0.7)) == pytest.approx(x, rel=1e-9)


def test_the_amount_needed_leaves_what_was_wanted():
    needed = drug_needed(40, 100, 200, [0.0, 25.0, 60.0], [0.0, 10.0, 0.0])
    assert free_bim(100, 200, [0.0, 25.0, 60.0], needed, [0.0, 10.0, 0.0]) == pytest.approx(40, rel=1e-10)


def test_nothing_is_needed_where_enough_is_free_and_nothing_suffices_beyond_the_limit():
    assert drug_needed(1, 100, 50, 0) == 0
    limit = mcl1_limit(40, 100)
    assert limit == pytest.approx(61.5, rel=1e-15)
    assert np.isfinite(drug_needed(40, 100, 200, limit * 0.999)) and np.isinf(drug_needed(40, 100, 200, limit * 1.001))
    assert np.isinf(drug_needed(101, 100, 200, 0)) and mcl1_limit(101, 100) == 0


def test_an_inhibitor_of_mcl1_raises_the_limit_by_at_most_its_amount():
    raised = mcl1_limit(40, 100, 50) - mcl1_limit(40, 100)
    assert 0 < raised <= 50


def test_free_drug_needed_grows_with_the_loss_of_affinity():
    # b, the BIM that BCL-2 may hold, is the same; D = y (K_i + b K_B / x), of which y K_i stays free.
    wild, mutant = (drug_needed(40, 100, 200, 0, affinity=Affinity(drug=ki)) for ki in (0.1, 18.0))
    on_bcl2 = 200 - 60 - 60 / 40
    assert (mutant - on_bcl2) / (wild - on_bcl2) == pytest.approx(180, rel=1e-9)


def test_without_bim_nothing_is_free():
    assert free_bim(0, 200, 50) == 0 and bim_on_mcl1(0, 200, 50, 100) == 0


def test_shapes_broadcast():
    assert free_bim(np.full((2, 1), 100.0), 200, [0.0, 50.0, 90.0]).shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("bim", lambda: free_bim(-1, 200, 50)),
        ("bcl2", lambda: free_bim(100, np.nan, 50)),
        ("mcl1", lambda: bim_on_mcl1(100, 200, 1e10)),
        ("drug", lambda: bim_on_bcl2(100, 200, 50, -1)),
        ("mcl1_drug", lambda: free_bim(100, 200, 50, 0, -1)),
        ("free", lambda: drug_needed(0, 100, 200, 50)),
        ("free", lambda: mcl1_limit(-1, 100)),
        ("drug", lambda: Affinity(drug=0)),
        ("mcl1_drug", lambda: Affinity(mcl1_drug=1e10)),
    ],
)
def test_arguments_out_of_range_are_named(name, call):
    with pytest.raises(ValueError, match=rf"^{name} "):
        call()
