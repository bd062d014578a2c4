"""Bytes that no rows can have made are refused, each with one clear error, alone and among others."""

import struct
from collections.abc import Callable

import numpy as np
import pytest
from drift.rows import arrays_of, baseline_of
from fairlead_drift import Baseline, Profile, ProfileError
from fairlead_drift.kernels.words import WIDE

BASELINE = baseline_of()
LAYOUT = BASELINE.layout
HEAD = len(LAYOUT.head)
ROWS = {
    "skewed": [1.0, 2.0, 500.0], "tied": [1.0, 1.0, float("nan")], "tiny": [1e-310] * 3, "whole": [-7, 5, 2**61],
    "flag": [True, False, True], "text": ["a", None, "new"],
}  # fmt: skip


def profile() -> Profile:
    counted = Profile.empty(BASELINE)
    counted.update(arrays_of(ROWS))
    return counted


def words() -> np.ndarray:
    return np.frombuffer(profile().to_bytes()[HEAD:], dtype=np.int64).copy()


def sums_in(state: np.ndarray) -> np.ndarray:
    return state[1 + LAYOUT.starts[-1] :].reshape(WIDE, -1)


def packed(state: np.ndarray) -> bytes:
    return LAYOUT.head + state.tobytes()


def changed(change: Callable[[np.ndarray, np.ndarray], None]) -> bytes:
    state = words()
    change(state, sums_in(state))
    return packed(state)


def put(place: int, value: int) -> Callable[[np.ndarray, np.ndarray], None]:
    def change(state: np.ndarray, _sums: np.ndarray) -> None:
        state[place] = value

    return change


def put_sum(row: int, value: int) -> Callable[[np.ndarray, np.ndarray], None]:
    def change(_state: np.ndarray, sums: np.ndarray) -> None:
        sums[row, 0] = value

    return change


def put_extreme(row: int, value: float) -> Callable[[np.ndarray, np.ndarray], None]:
    def change(_state: np.ndarray, sums: np.ndarray) -> None:
        sums.view(np.float64)[row, 0] = value

    return change


def move(_state: np.ndarray, _sums: np.ndarray) -> None:
    _state[1] += 1


def wrap(state: np.ndarray, _sums: np.ndarray) -> None:
    state[1:5] = 2**62
    state[5 : 1 + LAYOUT.starts[1]] = 0
    state[5] = state[0]  # in 64 bits these add up to the rows


DAMAGED = {
    "empty": b"", "too short": b"FLP2", "cut head": profile().to_bytes()[:50], "cut": profile().to_bytes()[:-1],
    "longer": profile().to_bytes() + b"\0", "no profile": b"PAR1" + bytes(200), "old version": b"FLP1" + bytes(200),
    "unknown kind": profile().to_bytes()[:40] + struct.pack("<H", 9) + profile().to_bytes()[42:],
    "negative rows": changed(put(0, -1)), "negative count": changed(put(3, -1)), "not the rows": changed(move),
    "wraps around": changed(wrap), "NaN smallest": changed(put_extreme(4, np.nan)),
    "NaN largest": changed(put_extreme(5, np.nan)), "smallest over largest": changed(put_extreme(4, 501.0)),
    "no extremes": changed(put_extreme(5, -np.inf)), "odd sum": changed(put_sum(0, 3)),
    "squares below the sum": changed(put_sum(2, 6)), "squares below 0": changed(put_sum(3, -1)),
    "squares too large": changed(put_sum(3, 2**62)), "sum of the wrong sign": changed(put_sum(1, -1)),
}  # fmt: skip


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_bytes_are_refused_alone_and_among_others(data: bytes) -> None:
    with pytest.raises(ProfileError):
        Profile.from_bytes(data)
    with pytest.raises(ProfileError):
        Profile.from_bytes(data, BASELINE)
    with pytest.raises(ProfileError):
        Profile.merge_bytes([profile().to_bytes(), data, profile().to_bytes()])


def test_an_empty_feature_with_a_sum_is_refused() -> None:
    state = np.frombuffer(Profile.empty(BASELINE).to_bytes()[HEAD:], dtype=np.int64).copy()
    sums_in(state)[2, 0] = 2
    with pytest.raises(ProfileError, match="sums"):
        Profile.from_bytes(packed(state))


def test_bytes_survive_with_and_without_their_baseline() -> None:
    data = profile().to_bytes()
    assert Profile.from_bytes(data).to_bytes() == Profile.from_bytes(data, BASELINE).to_bytes() == data


def test_an_empty_profile_changes_nothing() -> None:
    empty, data = Profile.empty(BASELINE).to_bytes(), profile().to_bytes()
    assert Profile.merge_bytes([empty, data, empty]).to_bytes() == data
    assert Profile.from_bytes(empty).to_bytes() == empty


def test_small_negative_sums_are_as_good_as_any() -> None:
    baseline = Baseline.fit({"x": np.array([-4.0, 4.0])})
    counted = Profile.empty(baseline)
    counted.update({"x": np.full(1_000, -1 * baseline.numeric[0].quantum)})
    assert Profile.from_bytes(counted.to_bytes()).sums == [[-1_000, 1_000]]


def test_a_profile_of_another_baseline_is_refused() -> None:
    other = Baseline.fit({"x": np.arange(10.0)})
    data = Profile.empty(other).to_bytes()
    for attempt in (
        lambda: Profile.merge_bytes([data, profile().to_bytes()]), lambda: Profile.from_bytes(data, BASELINE),
        lambda: profile().merge(Profile.empty(other)), lambda: Profile.merge_bytes([data], BASELINE),
    ):  # fmt: skip
        with pytest.raises(ProfileError, match="baseline"):
            attempt()


def test_counts_that_together_overflow_are_refused() -> None:
    baseline = Baseline.fit({"x": np.array(["a"], dtype=object)})
    layout = baseline.layout
    full = layout.head + np.array([2**62, 2**62, 0, 0, 0], dtype=np.int64).tobytes()
    assert Profile.merge_bytes([full]).rows == 2**62
    with pytest.raises(ProfileError, match="rows"):
        Profile.merge_bytes([full, full])
    with pytest.raises(ProfileError, match="rows"):
        Profile.from_bytes(full).merge(Profile.from_bytes(full))


def test_sums_that_together_overflow_are_refused() -> None:
    baseline = Baseline.fit({"x": np.array([1.0])})
    rows = 2**35 - 1  # each saturated: 2**46 steps, squares of 2**92
    total, squares = rows << 46, rows << 92
    state = [rows, 0, 0, rows, 0, total & (2**64 - 1), total >> 64, squares & (2**64 - 1), squares >> 64]
    full = baseline.layout.head + b"".join((each & (2**64 - 1)).to_bytes(8, "little") for each in state)
    full += struct.pack("<dd", np.inf, np.inf)
    assert Profile.from_bytes(full).sums == [[total, squares]]
    with pytest.raises(ProfileError, match="overflow"):
        Profile.merge_bytes([full, full])
    with pytest.raises(ProfileError, match="full"):
        Profile.from_bytes(full, baseline).update({"x": np.array([1.0])})


def test_nothing_to_merge_is_refused() -> None:
    with pytest.raises(ProfileError):
        Profile.merge_bytes([])


def test_a_profile_from_bytes_alone_takes_no_rows() -> None:
    bare = Profile.from_bytes(profile().to_bytes())
    with pytest.raises(ProfileError, match="bytes alone"):
        bare.update(arrays_of(ROWS))
    with pytest.raises(ProfileError, match="bytes alone"):
        bare.update_block(np.zeros((1, 4)), np.zeros((1, 2), dtype=np.int32))


def test_a_profile_from_bytes_with_its_baseline_goes_on_counting() -> None:
    again = Profile.from_bytes(profile().to_bytes(), BASELINE)
    again.update(arrays_of(ROWS))
    assert again.to_bytes() == profile().merge(profile()).to_bytes()
