"""What the profiles of one baseline consist of, and the head that their bytes begin with."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Feature, Numeric
from fairlead_drift.kernels.words import WIDE

MAGIC = b"FLP2"
_HEAD = struct.Struct("<4sI32s")
_FEATURE = struct.Struct("<HH")
_WORD = 8


@dataclass(frozen=True)
class Layout:
    """`bins`: SHA-256 of the baseline's bins. `features`: for each whether it is numeric, and how many bins it has."""

    bins: bytes
    features: tuple[tuple[bool, int], ...]

    @classmethod
    def of(cls, bins: bytes, features: Sequence[Feature]) -> "Layout":
        """The layout of these features."""
        return cls(bins, tuple((isinstance(each, Numeric), each.size) for each in features))

    @classmethod
    def read(cls, data: bytes | memoryview) -> "Layout":
        """The layout that bytes begin with. Raises: ProfileError when they begin with none."""
        if len(data) < _HEAD.size:
            raise ProfileError("These bytes are too short to be a profile.")
        magic, size, bins = _HEAD.unpack_from(data)
        if magic != MAGIC:
            raise ProfileError("These bytes are no profile, or one of another version.")
        if len(data) < _HEAD.size + _FEATURE.size * size:
            raise ProfileError("This profile's bytes are cut short.")
        kinds = [_FEATURE.unpack_from(data, _HEAD.size + _FEATURE.size * place) for place in range(size)]
        if any(kind > 1 or bins == 0 for kind, bins in kinds):
            raise ProfileError("This profile's bytes are damaged: a feature is of no known kind.")
        return cls(bins, tuple((kind == 0, many) for kind, many in kinds))

    @cached_property
    def head(self) -> bytes:
        """What the bytes of every profile of this layout begin with: a whole number of words."""
        kinds = b"".join(_FEATURE.pack(0 if numeric else 1, bins) for numeric, bins in self.features)
        packed = _HEAD.pack(MAGIC, len(self.features), self.bins) + kinds
        return packed + bytes(-len(packed) % _WORD)

    @cached_property
    def starts(self) -> list[int]:
        """Where each feature's counts begin; the last item is how many there are in all."""
        return list(accumulate((bins for _, bins in self.features), initial=0))

    @cached_property
    def numbers(self) -> int:
        """How many features are numeric."""
        return sum(numeric for numeric, _ in self.features)

    @cached_property
    def missing(self) -> Array:
        """Where the numeric features' counts of missing values are. Shapes: (k,) int64."""
        ends = [end - 1 for end, (numeric, _) in zip(self.starts[1:], self.features, strict=True) if numeric]
        return np.array(ends, dtype=np.int64)

    @cached_property
    def words(self) -> int:
        """How many words follow the head: rows, counts, sums."""
        return 1 + self.starts[-1] + WIDE * self.numbers

    @cached_property
    def size(self) -> int:
        """How many bytes a profile has."""
        return len(self.head) + _WORD * self.words
