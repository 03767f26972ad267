"""Maintenance methylation: the printed counts and efficiencies of Laird et al. 2004, one steady state, no memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import maintenance_methylation as maintenance

chances = st.floats(0.001, 0.999)
LAIRD = maintenance.dyads_from_counts(93, 24, 110)


class TestPublished:
    """Table 1 of Laird et al. 2004, inactive X: 110 informative dyads, 93 for E_m and 24 for E_d."""

    def test_counts_and_means(self):
        assert (LAIRD.both, LAIRD.one, LAIRD.neither, LAIRD.total) == (86, 7, 17, 110)
        found = maintenance.efficiencies(LAIRD)
        assert found.maintenance == pytest.approx(0.96, abs=0.005)
        assert found.de_novo == pytest.approx(0.17, abs=0.005)

    def test_ranges_are_two_to_five_of_the_seven_dyads(self):
        low, high = maintenance.efficiencies(LAIRD, 5), maintenance.efficiencies(LAIRD, 2)
        assert (round(low.maintenance, 2), round(high.maintenance, 2)) == (0.95, 0.98)
        assert (round(low.de_novo, 2), round(high.de_novo, 2)) == (0.11, 0.23)

    def test_equilibrium_is_near_the_share_observed(self):
        assert maintenance.equilibrium(0.96, 0.17) == pytest.approx(0.8095, abs=5e-5)
        assert maintenance.strand_share(LAIRD) == pytest.approx(179 / 220)


class TestIdentities:
    @given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
    def test_even_split_assumes_the_steady_state(self, both, one, neither):
        dyads = maintenance.Dyads(both, one, neither)
        found = maintenance.efficiencies(dyads)
        steady = maintenance.equilibrium(found.maintenance, found.de_novo)
        assert steady == pytest.approx(maintenance.strand_share(dyads))

    @given(chances, chances, chances)
    def test_course_follows_the_map(self, start, e_m, e_d):
        course = maintenance.course(start, np.arange(5), e_m, e_d)
        np.testing.assert_allclose(course[1:], e_m * course[:-1] + e_d * (1 - course[:-1]), atol=1e-12)

    @given(chances, chances)
    def test_every_start_ends_at_one_state(self, e_m, e_d):
        ends = maintenance.course([0, 1], 20_000, e_m, e_d)
        np.testing.assert_allclose(ends, maintenance.equilibrium(e_m, e_d), atol=1e-6)

    def test_half_time(self):
        half = maintenance.half_time(0.96, 0.17)
        assert (0.96 - 0.17) ** half == pytest.approx(0.5)
        assert maintenance.half_time(0.5, 0.5) == 0
        assert maintenance.half_time(1, 0) == np.inf
        assert maintenance.relaxation(0.96, 0.17) == pytest.approx(0.79)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: maintenance.equilibrium(1.1, 0.1), "maintenance"),
        (lambda: maintenance.equilibrium(1, 0), "maintenance"),
        (lambda: maintenance.relaxation(0.9, -0.1), "de_novo"),
        (lambda: maintenance.half_time(0.1, 0.5), "maintenance"),
        (lambda: maintenance.course(2, 1, 0.9, 0.1), "start"),
        (lambda: maintenance.course(0, 1.5, 0.9, 0.1), "divisions"),
        (lambda: maintenance.dyads_from_counts(93, 24, 200), "informative"),
        (lambda: maintenance.dyads_from_counts(93, 24, 50), "informative"),
        (lambda: maintenance.dyads_from_counts(9.5, 24, 30), "with_methylated"),
        (lambda: maintenance.efficiencies(LAIRD, 8), "from_methylated"),
        (lambda: maintenance.efficiencies(maintenance.Dyads(3, 0, 0)), "dyads"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
