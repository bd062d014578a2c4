"""Exact distances and latency quantiles beside scipy's or naive ones."""

import math

import numpy as np
import pytest
from fairlead_drift import exact
from fairlead_drift.latency import LatencyHistogram
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

samples = st.lists(st.floats(-100, 100), min_size=1, max_size=60)


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
