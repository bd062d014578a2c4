"""Every number beside scipy's or a naive one, and the alarms at the rate that they promise."""

import math

import numpy as np
import pytest
from fairlead_drift import Baseline, Profile, compare, exact, metrics
from fairlead_drift.latency import LatencyHistogram
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

counts = st.lists(st.integers(0, 1000), min_size=3, max_size=12).filter(lambda each: sum(each) > 0)
samples = st.lists(st.floats(-100, 100), min_size=1, max_size=60)


@given(st.floats(0, 400), st.integers(1, 64))
def test_the_chi_square_tail_is_scipys(value: float, freedom: int) -> None:
    assert metrics.chi2_sf(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), abs=1e-12)


@given(counts, st.data())
def test_distances_on_bins_are_scipys(training: list[int], data: st.DataObject) -> None:
    scoring = data.draw(st.lists(st.integers(0, 1000), min_size=len(training), max_size=len(training)))
    if sum(scoring) == 0:
        scoring[0] = 1
    a, b = np.array(training), np.array(scoring)
    p, q = a / a.sum(), b / b.sum()
    assert metrics.jensen_shannon(a, b) == pytest.approx(jensenshannon(p, q), abs=1e-7)
    assert metrics.jensen_shannon(a, b, 2.0) == pytest.approx(jensenshannon(p, q, 2), abs=1e-7)
    assert metrics.hellinger(a, b) == pytest.approx(
        math.sqrt(sum((x**0.5 - y**0.5) ** 2 for x, y in zip(p, q, strict=True)) / 2)
    )
    smooth = [((x + 0.5) / (a + 0.5).sum(), (y + 0.5) / (b + 0.5).sum()) for x, y in zip(a, b, strict=True)]
    assert metrics.psi(a, b) == pytest.approx(sum((y - x) * math.log(y / x) for x, y in smooth))


@given(counts, st.data())
def test_the_two_sample_chi_square_is_scipys(training: list[int], data: st.DataObject) -> None:
    scoring = data.draw(st.lists(st.integers(1, 1000), min_size=len(training), max_size=len(training)))
    statistic, p_value = metrics.chi_square(np.array(training), np.array(scoring))
    expected = stats.chi2_contingency([training, scoring], correction=False)
    assert (statistic, p_value) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


@settings(deadline=None)
@given(samples, samples)
def test_exact_distances_are_the_naive_one_and_scipys(reference: list[float], live: list[float]) -> None:
    a, b = np.array(reference), np.array(live)
    gaps = [abs(np.mean(a <= x) - np.mean(b <= x)) for x in (*a, *b)]
    assert exact.ks(a, b) == pytest.approx(max(gaps), abs=1e-12)
    assert exact.wasserstein(a, b) == pytest.approx(stats.wasserstein_distance(a, b), abs=1e-9)


@pytest.mark.parametrize("sample", [np.array([]), np.array([1.0, np.nan])])
def test_exact_distances_refuse_what_is_empty_or_missing(sample: np.ndarray) -> None:
    with pytest.raises(ValueError, match="live"):
        exact.ks(np.array([1.0]), sample)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    adjusted = stats.false_discovery_control(p_values)
    found = metrics.benjamini_hochberg(list(p_values), 0.05)
    clear = [abs(each - 0.05) > 1e-9 for each in adjusted]
    assert [a for a, c in zip(found, clear, strict=True) if c] == [
        bool(b <= 0.05) for b, c in zip(adjusted, clear, strict=True) if c
    ]


@pytest.mark.parametrize(("reference", "window"), [(1_000, 100), (5_000, 500), (200_000, 1_000), (20_000, 10_000)])
def test_without_drift_one_feature_in_twenty_is_significant(reference: int, window: int) -> None:
    rng, repetitions = np.random.default_rng(reference + window), 4_000
    shares = np.full(10, 0.1)
    training = rng.multinomial(reference, shares, repetitions)
    scoring = rng.multinomial(window, shares, repetitions)
    alarms = sum(
        (metrics.psi_p_value(metrics.psi(a, b), a, b) or 1.0) < 0.05 for a, b in zip(training, scoring, strict=True)
    )
    assert 0.04 <= alarms / repetitions <= 0.06


def test_a_shift_is_drift_and_its_absence_is_not() -> None:
    rng = np.random.default_rng(1)
    baseline = Baseline.fit({"a": rng.normal(size=5_000), "b": rng.normal(size=5_000)}, importance={"a": 1.0})
    profile = Profile.empty(baseline)
    profile.update({"a": rng.normal(size=2_000) + 0.6, "b": rng.normal(size=2_000)})
    report = compare(baseline, profile)
    assert (report.features["a"].status, report.features["b"].status) == ("drifting", "passing")
    assert report.status == "drifting"
    assert report.features["a"].mean == pytest.approx(0.6, abs=0.1)


def test_too_few_rows_say_nothing() -> None:
    baseline = Baseline.fit({"a": np.arange(1_000.0)})
    profile = Profile.empty(baseline)
    profile.update({"a": np.full(50, 5_000.0)})
    assert compare(baseline, profile).status == "unknown"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300), st.sampled_from((0.0, 0.5, 0.95, 0.99, 1.0)))
def test_a_latency_quantile_is_within_one_percent(durations: list[int], q: float) -> None:
    histogram = LatencyHistogram()
    for each in durations:
        histogram.record(each)
    true = sorted(durations)[max(1, math.ceil(q * len(durations))) - 1]
    assert abs(histogram.quantile(q) - true) <= max(1, 0.01 * true)


@given(st.lists(st.integers(0, 10**7), max_size=50), st.lists(st.integers(0, 10**7), max_size=50))
def test_latency_histograms_add_up(one: list[int], other: list[int]) -> None:
    parts = [LatencyHistogram(), LatencyHistogram(), LatencyHistogram()]
    for each in one:
        parts[0].record(each)
        parts[2].record(each)
    for each in other:
        parts[1].record(each)
        parts[2].record(each)
    merged = parts[1].merge(parts[0])
    assert merged.to_bytes() == parts[2].to_bytes()
    assert LatencyHistogram.from_bytes(merged.to_bytes()).total == len(one) + len(other)
