"""Every distance beside scipy's or a naive one, for one feature and for many of different sizes at once."""

import math

import numpy as np
import pytest
from fairlead_drift import metrics
from fairlead_drift.pairs import Pairs
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

counts = st.integers(2, 9).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 1000), min_size=size, max_size=size) for _ in range(2)])
)
features = st.lists(counts.filter(lambda both: sum(both[0]) > 0 < sum(both[1])), min_size=1, max_size=4)


def pairs_of(both: list[tuple[list[int], list[int]]]) -> Pairs:
    sizes = [len(training) for training, _ in both]
    training, scoring = (np.array([each for one in both for each in one[side]]) for side in (0, 1))
    return Pairs(training, scoring, np.cumsum([0, *sizes[:-1]]))


def shares(each: list[int]) -> list[float]:
    return [one / sum(each) for one in each]


def smoothed(a: list[int], b: list[int]) -> list[tuple[float, float]]:
    used = [(x + 0.5, y + 0.5) for x, y in zip(a, b, strict=True) if x + y > 0]
    return [(x / sum(each[0] for each in used), y / sum(each[1] for each in used)) for x, y in used]


@given(features)
def test_psi_and_kl_are_the_sums_over_the_bins_in_use_with_half_a_row_each(both: list) -> None:
    psi, kl = metrics.psi(pairs_of(both)), metrics.kl(pairs_of(both))
    for place, (a, b) in enumerate(both):
        raised = smoothed(a, b)
        assert psi[place] == pytest.approx(sum((y - x) * math.log(y / x) for x, y in raised), abs=1e-12)
        assert kl[place] == pytest.approx(stats.entropy([y for _, y in raised], [x for x, _ in raised]), abs=1e-12)


@given(features)
def test_jensen_shannon_is_scipys_in_both_bases(both: list) -> None:
    natural, base2 = metrics.jensen_shannon(pairs_of(both)), metrics.jensen_shannon(pairs_of(both), 2.0)
    for place, (a, b) in enumerate(both):
        assert natural[place] == pytest.approx(jensenshannon(a, b), abs=1e-7)
        assert base2[place] == pytest.approx(jensenshannon(a, b, 2), abs=1e-7)


@given(features)
def test_hellinger_and_intersection_are_the_naive_ones(both: list) -> None:
    hellinger, intersection = metrics.hellinger(pairs_of(both)), metrics.intersection(pairs_of(both))
    for place, (a, b) in enumerate(both):
        p, q = shares(a), shares(b)
        gaps = sum((x**0.5 - y**0.5) ** 2 for x, y in zip(p, q, strict=True))
        assert hellinger[place] == pytest.approx(math.sqrt(gaps / 2), abs=1e-9)
        assert intersection[place] == pytest.approx(sum(min(x, y) for x, y in zip(p, q, strict=True)))


@given(features)
def test_ks_on_bins_is_scipys_on_rows_at_the_bins_places(both: list) -> None:
    found = metrics.ks(pairs_of(both))
    for place, (a, b) in enumerate(both):
        rows = [np.repeat(np.arange(len(each)), each) for each in (a, b)]
        assert found[place] == pytest.approx(stats.ks_2samp(*rows, method="asymp").statistic, abs=1e-12)


@given(features)
def test_chi_square_is_scipys(both: list) -> None:
    found = metrics.chi_square(pairs_of(both))
    for place, (a, b) in enumerate(both):
        used = [(x, y) for x, y in zip(a, b, strict=True) if x + y > 0]
        expected = stats.chi2_contingency(np.array(used).T, correction=False).statistic if len(used) > 1 else 0.0
        assert found[place] == pytest.approx(expected, abs=1e-9)


@given(features, st.data())
def test_wasserstein_on_bins_is_the_area_between_two_lines(both: list, data: st.DataObject) -> None:
    both = [([0, *a, 0], [0, *b, 0]) for a, b in both]
    bounds = [
        sorted(data.draw(st.sets(st.integers(-50, 50), min_size=len(a) - 1, max_size=len(a) - 1))) for a, _ in both
    ]
    found = metrics.wasserstein(pairs_of(both), np.concatenate(bounds).astype(float))
    for place, ((a, b), edges) in enumerate(zip(both, bounds, strict=True)):
        at = np.linspace(edges[0], edges[-1], 20_001)
        lines = [np.interp(at, edges, np.cumsum(shares(each))[:-1]) for each in (a, b)]
        area = float(np.trapezoid(np.abs(lines[0] - lines[1]), at))
        assert found[place] == pytest.approx(area, abs=1e-3 * (edges[-1] - edges[0]))


def test_rows_outside_the_training_range_count_as_if_at_its_end() -> None:
    pairs = Pairs.of(np.array([0, 10, 0]), np.array([0, 0, 10]))
    assert metrics.wasserstein(pairs, np.array([2.0, 6.0]))[0] == pytest.approx(2.0)


def test_a_side_without_rows_is_at_no_distance() -> None:
    pairs = Pairs.of(np.array([[3, 4], [0, 0]]), np.array([[0, 0], [5, 1]]))
    for each in (metrics.psi, metrics.kl, metrics.jensen_shannon, metrics.hellinger, metrics.ks, metrics.chi_square):
        assert each(pairs).tolist() == [0.0, 0.0]
    assert metrics.intersection(pairs).tolist() == [1.0, 1.0]


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=30))
def test_moments_come_from_exact_sums(steps: list[int]) -> None:
    found = metrics.moments_of(len(steps), sum(steps), sum(each * each for each in steps), 0.5)
    assert found is not None
    assert found.mean == pytest.approx(float(np.mean(steps)) / 2, rel=1e-12, abs=1e-3)
    assert found.std == pytest.approx(float(np.std(steps)) / 2, rel=1e-9, abs=1e-3)


def test_moments_lose_nothing_to_a_large_mean() -> None:
    steps = [10**15, 10**15 + 1, 10**15 + 2]
    found = metrics.moments_of(3, sum(steps), sum(each * each for each in steps), 1.0)
    assert found is not None
    assert found.std == pytest.approx(math.sqrt(2 / 3), rel=1e-9)


def test_no_rows_have_no_moments() -> None:
    assert metrics.moments_of(0, 0, 0, 1.0) is None
