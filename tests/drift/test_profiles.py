"""Profiles count as a naive count does, and add up exactly: any partition, any order, any way in, the same bytes."""

from typing import Any

import numpy as np
import pytest
from drift import naive
from drift.rows import ROWS, arrays_of, baseline_of, columns_of
from fairlead_drift import Baseline, Profile, ProfileError
from hypothesis import given, settings
from hypothesis import strategies as st

BASELINE = baseline_of()
BASELINES = [BASELINE, baseline_of(most=64), baseline_of("equal width", 64)]
Rows = list[tuple[Any, ...]]


def by_columns(rows: Rows, baseline: Baseline = BASELINE) -> Profile:
    profile = Profile.empty(baseline)
    profile.update(arrays_of(columns_of(rows)))
    return profile


def block_of(rows: Rows, baseline: Baseline = BASELINE) -> tuple[np.ndarray, np.ndarray]:
    table = arrays_of(columns_of(rows))
    numeric = np.column_stack([table[each.name].astype(float) for each in baseline.numeric])
    return numeric, np.column_stack([baseline.encode(each.name, table[each.name]) for each in baseline.categorical])


def by_block(rows: Rows, baseline: Baseline = BASELINE) -> Profile:
    profile = Profile.empty(baseline)
    profile.update_block(*block_of(rows, baseline))
    return profile


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(BASELINES), st.integers(1, 60))
def test_every_way_in_gives_the_bytes_of_a_naive_count(rows: Rows, baseline: Baseline, times: int) -> None:
    many = rows * times
    expected = naive.profile(baseline, columns_of(many))
    numeric, codes = block_of(many, baseline)
    across = Profile.empty(baseline)
    across.update_block(np.asfortranarray(numeric), np.asfortranarray(codes))
    lists = Profile.empty(baseline)
    lists.update(columns_of(many), threads=2)
    ways = [by_columns(many, baseline), by_block(many, baseline), across, lists]
    assert [each.to_bytes() for each in ways] == [expected] * len(ways)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.lists(st.integers(0, 6), min_size=60, max_size=60), st.randoms())
def test_any_partition_merged_in_any_order_gives_the_same_bytes(rows: Rows, owners: list[int], random: Any) -> None:
    parts = [[row for row, owner in zip(rows, owners, strict=False) if owner == each] for each in range(7)]
    profiles = [(by_columns if random.random() < 0.5 else by_block)(part) for part in parts]
    random.shuffle(profiles)
    whole = by_columns(rows).to_bytes()
    assert Profile.merge_bytes([each.to_bytes() for each in profiles]).to_bytes() == whole
    merged = profiles[0]
    for each in profiles[1:]:
        merged = merged.merge(each)
    assert merged.to_bytes() == whole


@pytest.mark.parametrize("size", [1, 19, 20, 21, 255, 256, 257, 1024, 1025, 2049, 5000])
def test_blocks_of_every_size_count_as_columns_do(size: int) -> None:
    rng = np.random.default_rng(size)
    pool = [0.0, 1.0, 2.5, np.nan, np.inf, -np.inf, 1e300, 1e9, -3.0]
    picked = rng.choice(pool, (size, 3))
    whole = rng.integers(-9, 9, size)
    rows = [(*map(float, each), int(w), bool(w % 2), "ab"[w % 2]) for each, w in zip(picked, whole, strict=True)]
    expected = naive.profile(BASELINE, columns_of(rows))
    numeric, codes = block_of(rows)
    strided = np.empty((size, 8))[:, ::2]
    strided[:] = numeric
    frozen = numeric.copy()
    frozen.flags.writeable = False
    for block in (numeric, np.asfortranarray(numeric), strided, frozen):
        profile = Profile.empty(BASELINE)
        profile.update_block(block, codes)
        assert profile.to_bytes() == expected


@pytest.mark.parametrize("kind", [np.float32, np.int8, np.int32, np.uint16, np.uint64, np.bool_])
def test_every_type_of_number_counts_as_its_double(kind: type) -> None:
    baseline = Baseline.fit({"x": np.linspace(-5, 90, 300)})
    values = np.arange(100).astype(kind)
    profile = Profile.empty(baseline)
    profile.update({"x": values})
    assert profile.to_bytes() == naive.profile(baseline, {"x": values.astype(float).tolist()})


def test_the_extremes_and_sums_of_a_profile_are_those_of_its_values() -> None:
    baseline = Baseline.fit({"x": np.array([0.0, 8.0])})
    profile = Profile.empty(baseline)
    assert profile.extremes.tolist() == [[np.inf, -np.inf]]
    profile.update({"x": np.array([-3.5, np.nan, 1.0])})
    quantum = baseline.numeric[0].quantum
    assert profile.extremes.tolist() == [[-3.5, 1.0]]
    assert [each * q for each, q in zip(profile.sums[0], (quantum, quantum**2), strict=True)] == [-2.5, 13.25]


def test_a_value_far_beyond_training_counts_into_the_mean_as_it_is() -> None:
    baseline = Baseline.fit({"euros": np.linspace(1, 1_000, 500)})
    profile = Profile.empty(baseline)
    profile.update({"euros": np.linspace(100, 100_000, 500)})  # in cents
    assert profile.sums[0][0] * baseline.numeric[0].quantum / 500 == pytest.approx(50_050)


def test_rows_that_lack_a_feature_are_refused_by_its_name() -> None:
    table = arrays_of(columns_of([]))
    del table["skewed"]
    with pytest.raises(ProfileError, match="skewed"):
        Profile.empty(BASELINE).update(table)
