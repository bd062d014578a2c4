"""Profiles add up exactly: any partition, any order, the same bytes; and they count as a naive count does."""

import numpy as np
import pytest
from fairlead_drift import Baseline, BaselineError, Profile, ProfileError
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = 300
LEVELS = np.array(["a", "b", "c", None], dtype=object)


def table(rows: int = ROWS, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    skewed = np.round(rng.exponential(size=rows) * 3)
    numbers = rng.normal(size=rows) * 10.0
    numbers[rng.random(rows) < 0.1] = np.nan
    return {
        "numbers": numbers, "skewed": skewed, "levels": LEVELS[rng.integers(0, 4, rows)],
        "flags": rng.random(rows) < 0.3, "whole": rng.integers(-5, 5, rows), "never": np.full(rows, np.nan),
    }  # fmt: skip


BASELINE = Baseline.fit(table())


def profile_of(part: dict[str, np.ndarray]) -> Profile:
    profile = Profile.empty(BASELINE)
    profile.update(part)
    return profile


def rows_of(whole: dict[str, np.ndarray], places: list[int]) -> dict[str, np.ndarray]:
    return {name: values[places] for name, values in whole.items()}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.lists(st.integers(0, 6), min_size=ROWS, max_size=ROWS), st.randoms())
def test_any_partition_merged_in_any_order_gives_the_same_bytes(seed: int, owners: list[int], random: object) -> None:
    whole = table(seed=seed)
    parts = [
        profile_of(rows_of(whole, [place for place, owner in enumerate(owners) if owner == each])) for each in range(7)
    ]
    shuffled = [part.to_bytes() for part in parts]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Profile.merge_bytes(shuffled).to_bytes() == profile_of(whole).to_bytes()


def naive_bin(feature: object, value: object) -> str:
    """The label of the bin of one value, by the definition in words."""
    labels = feature.labels  # type: ignore[attr-defined]
    if value is None or value != value:
        return labels[-1]
    if feature.kind == "categorical":  # type: ignore[attr-defined]
        text = str(value)
        return text if text in labels else labels[-2]
    if value < feature.low:  # type: ignore[attr-defined,operator]
        return labels[0]
    if value > feature.high:  # type: ignore[attr-defined,operator]
        return labels[-2]
    below = [edge for edge in feature.edges if edge <= value]  # type: ignore[attr-defined,operator]
    return labels[1 + len(below)]


def test_counts_are_those_of_a_naive_count() -> None:
    scored = table(rows=500, seed=9)
    scored["levels"][:7] = "new"
    counted = {each.name: dict(zip(each.labels, each.counts, strict=True)) for each in profile_of(scored).counted()}
    for feature in BASELINE.features:
        expected = dict.fromkeys(feature.labels, 0)
        for value in scored[feature.name].tolist():
            expected[naive_bin(feature, value)] += 1
        assert counted[feature.name] == expected


def test_a_block_of_numbers_and_codes_counts_as_the_columns_do() -> None:
    scored = table(seed=4)
    numeric = np.column_stack([scored[each.name].astype(float) for each in BASELINE.numeric])
    codes = np.column_stack([BASELINE.encode(each.name, scored[each.name]) for each in BASELINE.categorical])
    profile = Profile.empty(BASELINE)
    profile.update_block(numeric, codes)
    assert profile.to_bytes() == profile_of(scored).to_bytes()


def test_a_baseline_and_a_profile_survive_their_text_and_bytes() -> None:
    assert Baseline.from_json(BASELINE.to_json()) == BASELINE
    data = profile_of(table(seed=2)).to_bytes()
    assert Profile.from_bytes(data, BASELINE).to_bytes() == data


@pytest.mark.parametrize("cut", [0, 3, 40, 60, -1, -9])
def test_bytes_that_were_cut_are_refused(cut: int) -> None:
    with pytest.raises(ProfileError):
        Profile.from_bytes(profile_of(table()).to_bytes()[:cut], BASELINE)


def test_profiles_of_other_bins_do_not_add_up() -> None:
    other = Baseline.fit({"numbers": np.arange(10.0)})
    with pytest.raises(ProfileError):
        Profile.merge_bytes([Profile.empty(other).to_bytes(), Profile.empty(BASELINE).to_bytes()])


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({}, "no columns"), ({"a": np.array([])}, "no rows"),
        ({"a": np.zeros(2), "b": np.zeros(3)}, "different lengths"),
        ({"a": np.array(["2011-01-01"], dtype="datetime64[D]")}, "type"), ({"a": np.zeros((2, 2))}, "one-dimensional"),
    ],
    ids=["no columns", "no rows", "lengths", "dates", "matrix"],
)  # fmt: skip
def test_a_table_that_cannot_be_a_baseline_is_refused(columns: dict[str, np.ndarray], why: str) -> None:
    with pytest.raises(BaselineError, match=why):
        Baseline.fit(columns)


def test_one_value_all_missing_and_many_levels_still_make_bins() -> None:
    many = np.array([f"level {number}" for number in range(100)] * 2, dtype=object)
    baseline = Baseline.fit({"one": np.full(200, 3.0), "never": np.full(200, np.nan), "many": many})
    one, never, levels = baseline.features
    assert (one.counts[1], never.counts[-1]) == (200, 200)
    assert levels.counts[25] == 150


def test_rows_that_lack_a_feature_are_refused_by_its_name() -> None:
    rows = table()
    del rows["skewed"]
    with pytest.raises(ProfileError, match="skewed"):
        profile_of(rows)
