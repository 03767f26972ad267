import numpy as np
import pytest
from scipy.optimize import brentq

from resistance.models.ph_partition import (
    PER_MILLIVOLT,
    acid_ratio,
    base_ratio,
    gain_of_acid_over_base,
    leaky_base_ratio,
)


def test_equal_ph_gives_equal_concentrations():
    assert np.allclose([base_ratio(8.3, 7.2, 7.2), acid_ratio(5.8, 7.2, 7.2)], 1, rtol=1e-15)


def test_an_acid_outside_keeps_a_base_out_and_lets_an_acid_in():
    outside = np.array([7.4, 7.0, 6.6])
    assert np.all(np.diff(base_ratio(8.3, 7.2, outside)) < 0)
    assert np.all(np.diff(acid_ratio(5.8, 7.2, outside)) > 0)


def test_limits_of_a_strong_and_a_very_weak_base():
    assert base_ratio(16, 7, 6) == pytest.approx(0.1, rel=1e-8)
    assert base_ratio(-2, 7, 6) == pytest.approx(1, rel=1e-7)


def test_an_acid_is_a_base_with_the_ph_axis_turned():
    assert acid_ratio(5, 7, 6) == pytest.approx(base_ratio(-5 + 14, 14 - 7, 14 - 6), rel=1e-14)


def test_the_amount_is_that_of_the_neutral_form_times_both_forms():
    # Henderson-Hasselbalch written out: neutral form 1 on both sides.
    inside, outside = 1 + 10 ** (8.3 - 7.2), 1 + 10 ** (8.3 - 6.8)
    assert base_ratio(8.3, 7.2, 6.8) == pytest.approx(inside / outside, rel=1e-15)


def test_gain_is_the_ratio_of_the_two_changes():
    change = acid_ratio(5.8, 7.2, 6.4) / acid_ratio(5.8, 7.2, 6.6)
    change /= base_ratio(8.3, 7.2, 6.4) / base_ratio(8.3, 7.2, 6.6)
    assert gain_of_acid_over_base(5.8, 8.3, 6.6, 6.4) == pytest.approx(change, rel=1e-14)


def test_gain_never_exceeds_that_of_a_strong_acid_and_a_strong_base():
    pka = np.linspace(2, 12, 21)
    gain = gain_of_acid_over_base(pka[:, None], pka, 6.8, 6.6)
    assert np.all((gain > 1) & (gain < 10**0.4))


def test_a_base_whose_ion_stays_out_of_the_membrane_is_partitioned_by_ph():
    assert leaky_base_ratio(8.3, 7.2, 6.8, 0) == pytest.approx(base_ratio(8.3, 7.2, 6.8), rel=1e-15)
    assert leaky_base_ratio(8.3, 7.2, 6.8, 0, -60) == pytest.approx(base_ratio(8.3, 7.2, 6.8), rel=1e-15)


def test_forms_that_cross_alike_without_a_voltage_are_even():
    assert leaky_base_ratio(8.3, 7.2, [5.0, 6.8, 7.4], 1) == pytest.approx(1, rel=1e-14)


def test_leak_flattens_the_dependence_on_ph():
    steepness = [leaky_base_ratio(8.3, 7.2, 7.4, a) / leaky_base_ratio(8.3, 7.2, 6.6, a) for a in (0, 0.01, 0.1, 1)]
    assert np.all(np.diff(steepness) < 0) and steepness[-1] == pytest.approx(1)


def test_an_ion_alone_follows_nernst():
    # With a leak without end only the ion counts: its concentrations stand as exp(-u).
    ion = leaky_base_ratio(12, 7.2, 6.8, 1e12, -60)
    assert ion == pytest.approx(np.exp(60 * PER_MILLIVOLT), rel=1e-4)


@pytest.mark.parametrize("voltage", [-90.0, -1e-9, 0.0, 35.0])
@pytest.mark.parametrize("leak", [1e-4, 0.03, 5.0])
def test_fluxes_add_up_to_nothing(leak, voltage):
    """The neutral form inside found by bracketing the sum of the two fluxes, written as in the textbook."""
    pka, inside, outside, u = 8.3, 7.2, 6.7, voltage * PER_MILLIVOLT
    h_in, h_out = 10 ** (pka - inside), 10 ** (pka - outside)

    def net(neutral):
        field = 1.0 if abs(u) < 1e-6 else u / (1 - np.exp(-u))
        return neutral - 1 + leak * field * (neutral * h_in - h_out * np.exp(-u))

    found = brentq(net, 1e-9, 1e9, xtol=1e-14, rtol=1e-14) * (1 + h_in) / (1 + h_out)
    assert leaky_base_ratio(pka, inside, outside, leak, voltage) == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("name", ["pka", "ph_inside", "ph_outside", "leak", "voltage"])
@pytest.mark.parametrize("value", [-3, 17, np.nan, "7", []])
def test_bad_arguments_are_named(name, value):
    good = {"pka": 8.3, "ph_inside": 7.2, "ph_outside": 6.8}
    more = {"leak": 0.1, "voltage": -60.0}
    if name in good:
        for function in (base_ratio, acid_ratio):
            with pytest.raises(ValueError, match=name):
                function(**{**good, name: value})
    if (name == "leak" and value == 17) or (name == "voltage" and value in (-3, 17)):
        return  # legal there
    with pytest.raises(ValueError, match=name):
        leaky_base_ratio(**{**good, **more, name: value})


@pytest.mark.parametrize("name", ["acid_pka", "base_pka", "ph_before", "ph_after"])
def test_gain_names_bad_arguments(name):
    good = {"acid_pka": 5.8, "base_pka": 8.3, "ph_before": 6.8, "ph_after": 6.6}
    with pytest.raises(ValueError, match=rf"^{name} must be between -2 and 16, got 16.5"):
        gain_of_acid_over_base(**{**good, name: 16.5})


def test_a_breakdown_voltage_is_refused():
    with pytest.raises(ValueError, match=r"^voltage must be between -1000 and 1000, got 2000"):
        leaky_base_ratio(8.3, 7.2, 6.8, 0.1, 2000)
