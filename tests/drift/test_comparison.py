"""The report: what drifts and what does not, over all features and segments, and what the volume could have shown."""

import numpy as np
import pytest
from fairlead_drift import Baseline, DriftReport, Look, Profile, ProfileError, compare, compare_segments
from fairlead_drift.alarms import benjamini_hochberg
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

LEVELS = np.array(list("abcdefgh"), dtype=object)


def profile_of(baseline: Baseline, table: dict[str, np.ndarray]) -> Profile:
    profile = Profile.empty(baseline)
    profile.update(table)
    return profile


def two(shift: float, rows: int, seed: int = 1) -> tuple[Baseline, Profile]:
    rng = np.random.default_rng(seed)
    baseline = Baseline.fit({"a": rng.normal(size=5_000), "b": rng.normal(size=5_000)}, importance={"a": 1.0})
    return baseline, profile_of(baseline, {"a": rng.normal(shift, 1.0, rows), "b": rng.normal(size=rows)})


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    adjusted = stats.false_discovery_control(p_values)
    found = benjamini_hochberg(np.array(p_values), 0.05)
    clear = np.abs(adjusted - 0.05) > 1e-9
    assert (found == (adjusted <= 0.05))[clear].all()


def test_what_has_no_p_value_is_never_significant_and_counts_for_no_test() -> None:
    assert benjamini_hochberg(np.array([0.04, np.nan, np.nan]), 0.05).tolist() == [True, False, False]
    assert benjamini_hochberg(np.array([np.nan]), 0.05).tolist() == [False]


def test_a_shift_is_drift_and_its_absence_is_not() -> None:
    report = compare(*two(0.6, 2_000))
    assert (report.features["a"].status, report.features["b"].status) == ("drifting", "passing")
    assert report.status == "drifting"
    scoring = report.features["a"].scoring
    assert scoring is not None
    assert scoring.mean == pytest.approx(0.6, abs=0.1)


def test_what_is_significant_and_under_the_line_is_no_drift() -> None:
    feature = compare(*two(0.2, 5_000)).features["a"]
    assert (feature.significant, feature.status) == (True, "passing")
    assert feature.psi < 0.15


def test_what_is_over_the_line_by_chance_is_no_drift() -> None:
    rng = np.random.default_rng(2)
    baseline = Baseline.fit({str(place): rng.normal(size=5_000) for place in range(25)})
    reports = [
        compare(baseline, profile_of(baseline, {str(place): rng.normal(size=100) for place in range(25)}))
        for _ in range(40)
    ]
    over = [any(each.psi >= 0.15 for each in report.features.values()) for report in reports]
    assert sum(over) > 30
    assert sum(report.status != "passing" for report in reports) <= 4


def test_too_few_rows_say_nothing() -> None:
    baseline = Baseline.fit({"a": np.arange(1_000.0)})
    assert compare(baseline, profile_of(baseline, {"a": np.full(50, 5_000.0)})).status == "unknown"


def test_no_rows_at_all_are_unknown_and_at_no_distance() -> None:
    baseline, _ = two(0.0, 1)
    report = compare(baseline, Profile.empty(baseline))
    assert (report.status, report.smallest_shift) == ("unknown", None)
    assert all(each.p_value is None and each.psi == 0.0 for each in report.features.values())


def test_rates_and_moments_are_those_of_the_rows() -> None:
    baseline = Baseline.fit({"x": np.arange(1_000.0), "c": LEVELS[np.arange(1_000) % 8]})
    x = np.concatenate((np.full(20, np.nan), np.full(30, 2_000.0), np.arange(150.0)))
    c = np.array(["z"] * 50 + [None] * 10 + ["a"] * 140, dtype=object)
    report = compare(baseline, profile_of(baseline, {"x": x, "c": c}))
    number, level = report.features["x"], report.features["c"]
    assert (number.rates.missing, number.rates.out_of_range) == (0.1, 0.15)
    assert (level.rates.missing, level.rates.new_levels) == (0.05, 0.25)
    assert number.scoring is not None
    assert number.scoring.mean == pytest.approx(float(np.nanmean(x)))
    assert number.scoring.std == pytest.approx(float(np.nanstd(x)))
    assert (number.distances.ks is None, level.distances.ks is None) == (False, True)
    assert sum(each.scoring for each in number.bins) == 200


def test_a_baseline_of_levels_alone_is_compared() -> None:
    baseline = Baseline.fit({"c": LEVELS[np.arange(800) % 8]})
    report = compare(baseline, profile_of(baseline, {"c": LEVELS[np.arange(400) % 4]}))
    assert (report.features["c"].status, report.smallest_shift) == ("drifting", None)


def test_a_column_that_never_varied_or_never_was_there_has_no_p_value() -> None:
    baseline = Baseline.fit({"never": np.full(500, np.nan), "same": np.full(500, 3.0)})
    report = compare(baseline, profile_of(baseline, {"never": np.full(500, np.nan), "same": np.full(500, 3.0)}))
    assert [each.p_value for each in report.features.values()] == [None, None]
    assert report.status == "passing"


def test_segments_share_one_look() -> None:
    baseline, drifted = two(0.6, 500)
    quiet = {str(place): two(0.0, 500, seed=1)[1] for place in range(30)}
    together = compare_segments(baseline, {"drifted": drifted, **quiet})
    assert together["drifted"].features["a"].status == "drifting"
    alone = compare(baseline, drifted)
    assert together["drifted"].features["a"].p_value == alone.features["a"].p_value
    assert (together["drifted"].smallest_shift or 0) > (alone.smallest_shift or 0)
    assert compare_segments(baseline, {}) == {}


def test_a_profile_of_other_bins_is_refused() -> None:
    baseline, _ = two(0.0, 10)
    other = Baseline.fit({"a": np.arange(100.0)})
    with pytest.raises(ProfileError):
        compare(baseline, Profile.empty(other))


@pytest.mark.parametrize(("rows", "training"), [(300, 5_000), (3_000, 20_000)])
@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_the_smallest_shift_is_seen_about_four_times_in_five(rows: int, training: int, shape: str) -> None:
    rng = np.random.default_rng(rows)
    draw = (lambda size: rng.normal(size=size)) if shape == "normal" else (lambda size: rng.gamma(3.0, size=size))
    baseline = Baseline.fit({"x": draw(training)})

    def look(shift: float) -> DriftReport:
        return compare(baseline, profile_of(baseline, {"x": draw(rows) + shift}), Look(level=0.01))

    first = look(0.0).features["x"]
    assert first.smallest_shift is not None
    assert first.training is not None
    shift = first.smallest_shift * first.training.std
    seen = sum(look(shift).features["x"].significant for _ in range(300)) / 300
    assert 0.65 <= seen <= 0.97


def test_a_look_is_judged_at_the_level_that_it_states() -> None:
    baseline, profile = two(0.15, 2_000)
    assert compare(baseline, profile, Look(level=0.05)).features["a"].significant
    strict = compare(baseline, profile, Look(level=1e-12))
    assert (strict.features["a"].significant, strict.level) == (False, 1e-12)
    assert Look().level == 0.05


def test_what_a_bin_beside_a_single_value_could_show_is_a_number() -> None:
    values = np.where(np.arange(1_000) < 700, 5.0, np.linspace(0, 4, 1_000))  # most rows are the maximum
    baseline = Baseline.fit({"x": values}, max_bins=2)
    shift = compare(baseline, profile_of(baseline, {"x": values[::3]})).features["x"].smallest_shift
    assert shift is None or 0 < shift < 4
