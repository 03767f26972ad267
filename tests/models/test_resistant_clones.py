"""Resistant clones in order of appearance: the published ratio, the number of clones, and a direct simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import branching, neutral_spectrum, resistant_clones

LESION = (1e9, 50e-9, 0.14, 0.13)
lesions = st.tuples(st.floats(1e3, 1e12), st.floats(1e-12, 1e-3), st.floats(0.05, 5), st.floats(0, 0.99)).map(
    lambda v: (v[0], v[1], v[2], v[2] * v[3])
)


class TestPublished:
    """Bozic & Nowak 2014, abstract."""

    def test_second_over_first_median_is_root_two_less_one(self):
        assert resistant_clones.median_ratio(2) == pytest.approx(np.sqrt(2) - 1, abs=1e-15)

    @given(lesions)
    def test_and_does_not_depend_on_any_parameter(self, lesion):
        first, second = resistant_clones.median([1, 2], *lesion)
        assert second / first == pytest.approx(np.sqrt(2) - 1, rel=1e-9)

    def test_most_detectable_lesions_hold_ten_clones(self):
        """With the rates and the smallest visible lesion of Bozic et al. 2013 (63 million cells) about half do."""
        assert resistant_clones.at_least(10, 63e6, *LESION[1:]) == pytest.approx(0.41, abs=0.01)
        assert np.all(resistant_clones.at_least(10, [1e8, 1e9, 1e10], *LESION[1:]) > 0.9)


class TestSimulation:
    SIZES = resistant_clones.simulate(*LESION, np.random.default_rng(20261124), lesions=4000, ranks=4)

    def test_medians(self):
        np.testing.assert_allclose(
            np.median(self.SIZES, axis=0), resistant_clones.median([1, 2, 3, 4], *LESION), rtol=0.08
        )

    def test_ratio_of_medians(self):
        first, second = np.median(self.SIZES[:, :2], axis=0)
        assert second / first == pytest.approx(np.sqrt(2) - 1, abs=0.03)

    def test_tail_of_the_oldest_clone(self):
        for cells in (1e3, 1e4, 1e5):
            share = np.mean(self.SIZES[:, 0] > cells)
            assert share == pytest.approx(resistant_clones.exceedance(cells, 1, *LESION), abs=0.03)

    def test_number_of_clones(self):
        sizes = resistant_clones.simulate(1e8, 50e-9, 0.14, 0.13, np.random.default_rng(2), lesions=3000, ranks=60)
        number = (sizes > 0).sum(axis=1)
        assert number.mean() == pytest.approx(resistant_clones.present(1e8, 50e-9, 0.14, 0.13), rel=0.03)
        assert np.mean(number >= 10) == pytest.approx(resistant_clones.at_least(10, 1e8, 50e-9, 0.14, 0.13), abs=0.02)

    def test_is_repeatable_and_may_find_nothing(self):
        twice = [resistant_clones.simulate(*LESION, np.random.default_rng(4)) for _ in range(2)]
        np.testing.assert_array_equal(*twice)
        assert not resistant_clones.simulate(1e3, 1e-9, 1, 0.5, np.random.default_rng(1), 3, 2).any()


class TestIdentities:
    @given(lesions, st.floats(0.5, 1e9))
    def test_ranks_add_up_to_the_neutral_law(self, lesion, factor):
        """The sum over ranks of the chance of exceeding y is scale / y, and so is M(f) counted in cells."""
        m, u, birth, death = lesion
        cells = factor * resistant_clones.scale(*lesion)
        ranks = np.arange(1, 200)
        total = resistant_clones.exceedance(cells, ranks, *lesion).sum()
        assert total == pytest.approx(resistant_clones.above(cells, *lesion), rel=1e-6)
        if 0 < cells / m < 1:
            law = neutral_spectrum.mutations(cells / m, u, 1 - death / birth)
            assert resistant_clones.above(cells, *lesion) - law == pytest.approx(u / (1 - death / birth), rel=1e-3)

    @given(lesions, st.floats(0.01, 0.99), st.integers(1, 30))
    def test_quantile_and_exceedance_are_inverse(self, lesion, p, rank):
        cells = resistant_clones.quantile(p, rank, *lesion)
        assert resistant_clones.exceedance(cells, rank, *lesion) == pytest.approx(1 - p, rel=1e-6)

    def test_clones_alive_and_clones_that_stay(self):
        s = 0.01 / 0.14
        assert resistant_clones.surviving(*LESION) == pytest.approx(50)
        assert resistant_clones.present(*LESION) == pytest.approx(50 * -np.log(s) / (1 - s))
        assert resistant_clones.at_least(1, *LESION[:1], 1e-9, 0.14, 0.13) == pytest.approx(
            branching.resistance_probability(1e9, 1e-9, 0.14, 0.13)
        )

    def test_without_death_every_clone_stays(self):
        assert resistant_clones.present(1e9, 1e-8, 1, 0) == pytest.approx(resistant_clones.surviving(1e9, 1e-8, 1, 0))


def test_broadcasts():
    assert resistant_clones.median(np.arange(1, 6), 1e9, np.full((3, 1), 1e-8), 0.14, 0.13).shape == (3, 5)
    assert np.ndim(resistant_clones.above(10, *LESION)) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: resistant_clones.scale(0, 1e-9, 1, 0.5), "m"),
        (lambda: resistant_clones.scale(1e9, 1.5, 1, 0.5), "u"),
        (lambda: resistant_clones.scale(1e9, 1e-9, 0.5, 0.5), "birth"),
        (lambda: resistant_clones.exceedance(-1, 1, *LESION), "cells"),
        (lambda: resistant_clones.exceedance(1, 0, *LESION), "rank"),
        (lambda: resistant_clones.median(1.5, *LESION), "rank"),
        (lambda: resistant_clones.quantile(1, 1, *LESION), "probability"),
        (lambda: resistant_clones.median_ratio(2, 0.5), "other"),
        (lambda: resistant_clones.at_least(0, *LESION), "count"),
        (lambda: resistant_clones.above(0, *LESION), "cells"),
        (lambda: resistant_clones.simulate(*LESION, 1), "rng"),
        (lambda: resistant_clones.simulate([1e9, 1e8], 1e-9, 1, 0.5, np.random.default_rng()), "m"),
        (lambda: resistant_clones.simulate(*LESION, np.random.default_rng(), ranks=0), "ranks"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
