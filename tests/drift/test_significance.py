"""P-values beside scipy's, beside every draw that there is, and beside a hundred thousand draws."""

import itertools
import math

import numpy as np
import pytest
from fairlead_drift import metrics, significance
from fairlead_drift.pairs import Pairs
from fairlead_drift.significance.gamma import log_gamma
from fairlead_drift.significance.pool import Pool
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats


@given(st.floats(0, 400), st.integers(1, 64))
def test_the_chi_square_tail_is_scipys(value: float, freedom: int) -> None:
    assert significance.chi2_sf(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), abs=1e-12)


@given(st.floats(1e-3, 60), st.floats(0, 200))
def test_the_gamma_tail_is_scipys(shape: float, value: float) -> None:
    assert significance.gamma_sf(shape, value) == pytest.approx(special.gammaincc(shape, value), rel=1e-9, abs=1e-12)


@given(st.floats(0, 5))
def test_the_kolmogorov_tail_is_scipys(value: float) -> None:
    assert significance.kolmogorov_sf(value) == pytest.approx(special.kolmogorov(value), abs=1e-9)


@given(st.floats(1e-6, 1e9))
def test_the_logarithm_of_gamma_is_scipys(value: float) -> None:
    expected = special.gammaln(value)
    assert log_gamma(np.array([value]))[0] == pytest.approx(expected, rel=1e-12, abs=1e-11)


@given(st.integers(2, 300), st.integers(2, 300), st.data())
def test_a_bins_distribution_given_the_pool_is_scipys(n: int, m: int, data: st.DataObject) -> None:
    c = data.draw(st.integers(1, n + m - 1))
    x = max(min(c, n) - 1, c - m)
    pool = Pool.of(Pairs.of(np.array([c - x, m - c + x]), np.array([x, n - x])), 32)
    law = stats.hypergeom(n + m, c, n)
    points, weights = pool.x[0], pool.weights[0]
    mean = float(weights @ points)
    assert mean == pytest.approx(law.mean(), abs=1e-3 * (1 + law.std()))
    assert float(weights @ (points - mean) ** 2) == pytest.approx(law.var(), rel=2e-3, abs=1e-3)


def all_draws(c: tuple[int, ...], n: int) -> list[tuple[tuple[int, ...], float]]:
    """Every split of the pooled counts with n rows in scoring, and its chance."""
    whole = math.comb(sum(c), n)
    splits = (x for x in itertools.product(*(range(each + 1) for each in c)) if sum(x) == n)
    return [(x, math.prod(map(math.comb, c, x)) / whole) for x in splits]


def draws_as_pairs(c: tuple[int, ...], splits: list[tuple[tuple[int, ...], float]]) -> Pairs:
    scoring = np.array([x for x, _ in splits])
    return Pairs.of(np.array(c) - scoring, scoring)


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_two_bins_are_tested_exactly(first: int, second: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, first + second - 1))
    splits = all_draws((first, second), n)
    pairs = draws_as_pairs((first, second), splits)
    seen = metrics.chi_square(pairs)
    used = pairs.sums(pairs.used.astype(int)) == 2
    for value, found, tested in zip(seen, significance.chi_square_p_values(pairs), used, strict=True):
        chances = np.array([chance for _, chance in splits])
        mid = float(chances[seen > value + 1e-9].sum() + 0.5 * chances[np.abs(seen - value) <= 1e-9].sum())
        assert not tested or found == pytest.approx(mid, abs=1e-3)


@pytest.mark.parametrize("c", [(9, 7, 6, 5), (20, 3, 2, 1), (12, 1, 1, 1, 1, 1)])
@pytest.mark.parametrize("name", ["psi", "chi_square"])
def test_tiny_samples_are_near_the_exact_test_over_all_draws(c: tuple[int, ...], name: str) -> None:
    splits = all_draws(c, 10)
    pairs, chances = draws_as_pairs(c, splits), np.array([chance for _, chance in splits])
    seen = getattr(metrics, name)(pairs)
    found = getattr(significance, f"{name}_p_values")(pairs)
    exact = [chances[seen > each + 1e-9].sum() + 0.5 * chances[np.abs(seen - each) <= 1e-9].sum() for each in seen]
    assert float(chances @ np.abs(found - np.array(exact))) < 0.08


@pytest.mark.parametrize("n", [100, 2_000])
def test_a_p_value_is_the_share_of_permutations_that_look_as_bad(n: int) -> None:
    rng = np.random.default_rng(n)
    true = np.array([0.5, 0.25, 0.12, 0.06, 0.03, 0.015, *[0.025 / 12] * 12])
    training, repetitions = rng.multinomial(5_000, true / true.sum()), 20_000
    for scoring in rng.multinomial(n, true / true.sum(), 5):
        c = training + scoring
        drawn = rng.multivariate_hypergeometric(c, n, repetitions)
        pairs = Pairs.of(c - drawn, drawn)
        at = Pairs.of(training, scoring)
        for each, p_values, within in (
            (metrics.psi, significance.psi_p_values, 0.02),
            (metrics.chi_square, significance.chi_square_p_values, 0.06),
        ):
            share = float((each(pairs) >= each(at)[0]).mean())
            assert p_values(at)[0] == pytest.approx(share, abs=within)


def test_large_counts_have_the_chi_square_limit() -> None:
    rng = np.random.default_rng(3)
    pairs = Pairs.of(rng.multinomial(200_000, [0.1] * 10, 50), rng.multinomial(50_000, [0.1] * 10, 50))
    limit = stats.chi2.sf(metrics.chi_square(pairs), 9)
    np.testing.assert_allclose(significance.chi_square_p_values(pairs), limit, atol=0.003)
    scaled = stats.chi2.sf(metrics.psi(pairs) / (1 / 50_000 + 1 / 200_000), 9)
    np.testing.assert_allclose(significance.psi_p_values(pairs), scaled, atol=0.003)


def test_there_is_no_p_value_with_one_bin_in_use_or_no_rows() -> None:
    pairs = Pairs.of(np.array([[5, 0], [5, 5], [0, 0]]), np.array([[9, 0], [0, 0], [3, 3]]))
    assert np.isnan(significance.psi_p_values(pairs)).all()
    assert np.isnan(significance.ks_p_values(pairs, metrics.ks(pairs))[1:]).all()


def test_a_share_is_tested_against_all_other_rows() -> None:
    pairs = Pairs.of(np.array([40, 50, 10]), np.array([30, 30, 40]))
    found = significance.share_p_values(pairs, np.array([False, False, True]))
    assert found[0] == pytest.approx(stats.fisher_exact([[90, 10], [60, 40]]).pvalue, rel=0.5)


def test_means_are_tested_as_scipy_does() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.normal(size=4_000), rng.normal(0.05, 2.0, size=3_000)
    found = significance.mean_p_value(
        *[metrics.Moments(each.size, float(each.mean()), float(each.std())) for each in (one, other)]
    )
    assert found == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue, rel=0.02)


def test_means_that_do_not_vary_have_no_p_value() -> None:
    assert significance.mean_p_value(metrics.Moments(9, 1.0, 0.0), metrics.Moments(9, 2.0, 0.0)) is None
