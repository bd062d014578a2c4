"""The profile: what was scored, as counts on the baseline's bins. Any order, any partition, the same bytes.

Bytes: `FLP1`; the bins' SHA-256 (32 bytes); rows (int64); how many counts and numeric features (int32 each); all counts
(int64 each); then for each numeric feature its sum and sum of squares in grid steps (128-bit signed each); then its
smallest and largest value (float64 each). All little-endian. A feature that has seen no value has +inf and -inf there.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fairlead_drift.baseline import Baseline, columns_of
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Categorical, Feature, Numeric

MAGIC = b"FLP1"
_HEAD = struct.Struct("<4s32sqii")
_WIDE = 16


class Profile:
    """A mergeable summary of rows. A commutative monoid: `merge` adds, `Profile.empty` is its zero."""

    def __init__(self, bins: bytes, size: int, numbers: int, baseline: Baseline | None = None) -> None:
        self.bins = bins
        self.rows = 0
        self.counts: Array = np.zeros(size, dtype=np.int64)
        self.sums: list[list[int]] = [[0, 0] for _ in range(numbers)]
        self.extremes: Array = np.tile(np.array([np.inf, -np.inf]), (numbers, 1))
        self._baseline = baseline

    @classmethod
    def empty(cls, baseline: Baseline) -> "Profile":
        """No rows yet."""
        return cls(baseline.bins_digest, baseline.offsets[-1], len(baseline.numeric), baseline)

    @property
    def baseline(self) -> Baseline:
        """Whose bins these are. Raises: ProfileError for a profile that came from bytes alone."""
        if self._baseline is None:
            raise ProfileError("This profile was made from bytes alone; give its baseline to take rows in.")
        return self._baseline

    def update(self, columns: Any) -> None:
        """Fold rows in: a mapping of name to array (n,), or a table; every feature of the baseline must be there.

        Raises: ProfileError for a missing column, or columns of different lengths.
        """
        given = columns if isinstance(columns, Mapping) else columns_of(columns)
        missing = [each.name for each in self.baseline.features if each.name not in given]
        if missing:
            raise ProfileError(f"The rows lack {', '.join(missing[:10])}.")
        arrays = [np.asarray(given[each.name]) for each in self.baseline.features]
        if len({len(values) for values in arrays}) > 1:
            raise ProfileError("The columns are of different lengths.")
        self.rows += len(arrays[0])
        place = 0
        for number, (feature, values) in enumerate(zip(self.baseline.features, arrays, strict=True)):
            if isinstance(feature, Categorical):
                self._levels(number, feature.encode(values))
            else:
                self._numeric(number, place, values)
                place += 1

    def update_block(self, numeric: Array, codes: Array) -> None:
        """Fold rows in from a matrix (n, k) float64 of the numeric features and one (n, c) int32 of codes."""
        self.rows += len(numeric) if self.sums else len(codes)
        place = level = 0
        for number, feature in enumerate(self.baseline.features):
            if isinstance(feature, Categorical):
                self._levels(number, np.ascontiguousarray(codes[:, level], dtype=np.int32))
                level += 1
            else:
                self._numeric(number, place, numeric[:, place])
                place += 1

    def _of(self, number: int) -> Array:
        return self.counts[self.baseline.offsets[number] : self.baseline.offsets[number + 1]]

    def _levels(self, number: int, codes: Array) -> None:
        from fairlead_drift.kernels import count_codes

        count_codes(codes, self._of(number))

    def _numeric(self, number: int, place: int, values: Array) -> None:
        from fairlead_drift.kernels import count_numeric

        edges, bounds = self.baseline.grids[number]
        words = np.zeros(4, dtype=np.int64)
        floats = np.ascontiguousarray(values, dtype=np.float64)
        count_numeric(floats, edges, bounds, self._of(number), words, self.extremes[place])
        total_high, total_low, square_high, square_low = (int(word) for word in words)
        self.sums[place][0] += (total_high << 20) + total_low
        self.sums[place][1] += (square_high << 31) + square_low

    def merge(self, other: "Profile") -> "Profile":
        """Both together. Raises: ProfileError when they stand on different bins."""
        merged = Profile.merge_bytes([self.to_bytes(), other.to_bytes()])
        merged._baseline = self._baseline  # one of our own
        return merged

    @classmethod
    def merge_bytes(cls, parts: Sequence[bytes]) -> "Profile":
        """All together, from their bytes. Raises: ProfileError for damaged ones, or different bins."""
        if not parts:
            raise ProfileError("There are no profiles to merge.")
        merged = cls.from_bytes(parts[0])
        for part in parts[1:]:
            merged._add(part)  # one of our own
        return merged

    @classmethod
    def from_bytes(cls, data: bytes, baseline: Baseline | None = None) -> "Profile":
        """A profile back from its bytes. Raises: ProfileError for damaged ones, or those of other bins."""
        bins, _, size, numbers = _opened(data)
        if baseline is not None and baseline.bins_digest != bins:
            raise ProfileError("This profile belongs to another baseline.")
        profile = cls(bins, size, numbers, baseline)
        profile._add(data)
        return profile

    def _add(self, data: bytes) -> None:
        bins, rows, size, numbers = _opened(data)
        if (bins, size, numbers) != (self.bins, len(self.counts), len(self.sums)):
            raise ProfileError("These profiles stand on different bins, so they do not add up.")
        self.rows += rows
        self.counts += np.frombuffer(data, dtype="<i8", count=size, offset=_HEAD.size)
        wide = _HEAD.size + 8 * size
        for place in range(numbers):
            for which in (0, 1):
                start = wide + (2 * place + which) * _WIDE
                self.sums[place][which] += int.from_bytes(data[start : start + _WIDE], "little", signed=True)
        extremes = np.frombuffer(data, dtype="<f8", offset=wide + 2 * _WIDE * numbers).reshape(numbers, 2)
        np.minimum(self.extremes[:, 0], extremes[:, 0], out=self.extremes[:, 0])
        np.maximum(self.extremes[:, 1], extremes[:, 1], out=self.extremes[:, 1])

    def to_bytes(self) -> bytes:
        """The exact bytes: equal rows give equal bytes, however they were split and ordered."""
        wide = b"".join(
            total.to_bytes(_WIDE, "little", signed=True) + squares.to_bytes(_WIDE, "little", signed=True)
            for total, squares in self.sums
        )
        head = _HEAD.pack(MAGIC, self.bins, self.rows, len(self.counts), len(self.sums))
        # 0.0 turns a negative zero into a positive one: which of the two is smaller depends on the order.
        return head + self.counts.astype("<i8").tobytes() + wide + (self.extremes + 0.0).astype("<f8").tobytes()

    def counted(self) -> Iterator[Feature]:
        """The baseline's features with this profile's counts as theirs."""
        place = 0
        for number, feature in enumerate(self.baseline.features):
            counts = tuple(self._of(number).tolist())
            if isinstance(feature, Numeric):
                total, squares = self.sums[place]
                place += 1
                yield replace(feature, counts=counts, total=total, squares=squares)
            else:
                yield replace(feature, counts=counts, codes={})


def _opened(data: bytes) -> tuple[bytes, int, int, int]:
    if len(data) < _HEAD.size:
        raise ProfileError("These bytes are too short to be a profile.")
    magic, bins, rows, size, numbers = _HEAD.unpack_from(data)
    if magic != MAGIC or min(rows, size, numbers) < 0:
        raise ProfileError("These bytes are no profile of this version.")
    if len(data) != _HEAD.size + 8 * size + numbers * (2 * _WIDE + 16):
        raise ProfileError("This profile's bytes are damaged: they are not as long as they say.")
    return bins, rows, size, numbers
