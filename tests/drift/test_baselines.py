"""What a baseline freezes, and which tables cannot be one."""

import json

import numpy as np
import pytest
from drift import naive
from drift.rows import baseline_of
from fairlead_drift import Baseline, BaselineError


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({}, "no columns"), ({"a": np.array([])}, "no rows"),
        ({"a": np.zeros(2), "b": np.zeros(3)}, "different lengths"),
        ({"a": np.array(["2011-01-01"], dtype="datetime64[D]")}, "type"), ({"a": np.zeros((2, 2))}, "one-dimensional"),
        ({"a": np.array([[1], {}], dtype=object)}, "something else"), (7, "no table"),
    ],
    ids=["no columns", "no rows", "lengths", "dates", "matrix", "lists", "no table"],
)  # fmt: skip
def test_a_table_that_cannot_be_a_baseline_is_refused(columns: object, why: str) -> None:
    with pytest.raises(BaselineError, match=why):
        Baseline.fit(columns)


@pytest.mark.parametrize(
    "options",
    [{"bins": "quintiles"}, {"max_bins": 1}, {"max_bins": 65}, {"categorical": ["b"]}, {"importance": {"b": 1}}],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(BaselineError):
        Baseline.fit({"a": np.arange(10.0)}, **options)


def test_deciles_hold_a_tenth_each_and_ties_are_merged() -> None:
    baseline = Baseline.fit({"even": np.arange(1_000.0), "tied": np.repeat([1.0, 2.0], 500)})
    even, tied = baseline.features
    assert even.counts == (0, *[99], *[100] * 8, 101, 0, 0)
    assert (tied.edges, tied.counts) == ((2.0,), (0, 500, 500, 0, 0))


def test_bins_of_equal_width_divide_the_training_range() -> None:
    feature = Baseline.fit({"x": np.array([0.0, 1.0, 64.0])}, bins="equal width", max_bins=64).features[0]
    assert feature.edges == tuple(float(each) for each in range(1, 64))


def test_the_widest_range_of_doubles_has_bins_of_equal_width() -> None:
    feature = Baseline.fit({"x": np.array([-1.7e308, 1.7e308])}, bins="equal width", max_bins=4).features[0]
    assert feature.edges == pytest.approx((-8.5e307, 0.0, 8.5e307))


def test_one_value_all_missing_and_many_levels_still_make_bins() -> None:
    many = np.array([f"level {number}" for number in range(100)] * 2, dtype=object)
    baseline = Baseline.fit({"one": np.full(200, 3.0), "never": np.full(200, np.nan), "many": many})
    one, never, levels = baseline.features
    assert (one.counts[1], never.counts[-1], levels.counts[25]) == (200, 200, 150)


def test_truth_one_and_one_point_nought_are_levels_by_their_text() -> None:
    feature = Baseline.fit({"x": np.array([True, 1, 1.0, "1", None, np.nan], dtype=object)}).features[0]
    assert dict(zip(feature.labels, feature.counts, strict=True)) == {
        "1": 3, "True": 1, "Other": 0, "New level": 0, "missing": 2,
    }  # fmt: skip


def test_the_training_counts_are_a_naive_profile_of_training() -> None:
    values = np.random.default_rng(3).normal(size=400)
    baseline = Baseline.fit({"x": values})
    feature = baseline.numeric[0]
    steps = [naive.step(value, feature.quantum) for value in values.tolist()]
    assert (feature.total, feature.squares) == (sum(steps), sum(step * step for step in steps))


def test_a_baseline_survives_its_text() -> None:
    baseline = baseline_of()
    again = Baseline.from_json(baseline.to_json())
    assert (again, again.digest, again.bins_digest) == (baseline, baseline.digest, naive.digest(baseline.features))


def test_a_text_whose_bins_were_changed_is_refused() -> None:
    plain = json.loads(baseline_of().to_json())
    plain["features"][0]["edges"][0] += 1e-9
    with pytest.raises(BaselineError, match="damaged"):
        Baseline.from_json(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"v": 1}', '{"v": 2, "rows": 1, "features": [{"kind": "numeric"}]}'])
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(BaselineError):
        Baseline.from_json(text)
