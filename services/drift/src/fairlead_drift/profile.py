"""The profile: what was scored, as counts on the baseline's bins. Any order, any partition, the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from fairlead_drift import folding, wire
from fairlead_drift.baseline import Baseline
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Feature
from fairlead_drift.kernels.words import LEAST, STATE
from fairlead_drift.layout import Layout
from fairlead_drift.memory import bare, counted, counts_of, fill, state_of, sums_of, totals_of
from fairlead_drift.updating import as_block, fold_columns


class Profile:
    """A mergeable summary of rows. A commutative monoid: `merge` adds, `Profile.empty` is its zero.

    One thread at a time may update a profile; threads that score have one each, and merge them.
    """

    def __init__(self, layout: Layout, memory: Array, baseline: Baseline | None = None) -> None:
        self.layout = layout
        self._memory = memory
        self._baseline = baseline

    @classmethod
    def empty(cls, baseline: Baseline) -> "Profile":
        """No rows yet."""
        return cls(baseline.layout, baseline.memory.copy(), baseline)

    @property
    def baseline(self) -> Baseline:
        """Whose bins these are. Raises: ProfileError for a profile that came from bytes alone."""
        if self._baseline is None:
            raise ProfileError("This profile was made from bytes alone; give its baseline to take rows in.")
        return self._baseline

    @property
    def bins(self) -> bytes:
        """SHA-256 of the bins that this profile counts on."""
        return self.layout.bins

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return int(self._memory[self._memory[STATE]])

    @property
    def counts(self) -> Array:
        """The counts of all features, in order; `baseline.offsets` says where each begins. Shapes: (n,) int64."""
        return counts_of(self._memory)

    @property
    def sums(self) -> list[list[int]]:
        """For each numeric feature the sum and the sum of squares, in grid steps."""
        return totals_of(self._memory, self.layout)

    @property
    def extremes(self) -> Array:
        """For each numeric feature its smallest and largest value; +inf and -inf before it has one. Shapes: (k, 2)."""
        return np.array(sums_of(self._memory, self.layout)[LEAST:].T).view(np.float64)

    def update(self, columns: Any, threads: int = 1) -> None:
        """Fold rows in: a mapping of name to array (n,), or a table; every feature of the baseline must be there.

        Numbers of any type, missing NaN, None or masked; levels as texts, truth values, numbers or dictionary codes.
        `threads`: how many share the features. Raises: ProfileError, and then nothing was counted.
        """
        block = as_block(self.baseline, columns) if isinstance(columns, Mapping) else None
        if block is None:
            fold_columns(self._memory, self.baseline, columns, threads)
        else:
            self.update_block(*block)

    def update_block(self, numeric: Array, codes: Array) -> None:
        """Fold rows in from a matrix (n, k) float64 of the numeric features and one (n, c) int32 of codes.

        Both in the baseline's order; codes as `Baseline.encode` gives them. Any order in memory and other types are
        taken too, with a copy. Raises: ProfileError, and then nothing was counted.
        """
        try:
            answer = folding.fold_rows(self._memory, numeric, codes)
        except TypeError:  # of another type, which the kernel does not take
            answer = folding.OTHER
        if answer:
            folding.fold_any(self._memory, self.baseline, numeric, codes)

    def merge(self, other: "Profile") -> "Profile":
        """Both together. Raises: ProfileError when they stand on different bins, or overflow."""
        if other.layout != self.layout:
            raise ProfileError("These profiles stand on different baselines, so they do not add up.")
        states = np.stack([state_of(self._memory, self.layout), state_of(other._memory, self.layout)])
        return self._of(self.layout, wire.added(self.layout, iter([states])), self._baseline or other._baseline)

    @classmethod
    def merge_bytes(cls, parts: Sequence[bytes], baseline: Baseline | None = None) -> "Profile":
        """All together, from their bytes. Raises: ProfileError for damaged ones, different bins, or an overflow."""
        if not parts:
            raise ProfileError("There are no profiles to merge.")
        layout = cls._layout(parts[0], baseline)
        return cls._of(layout, wire.merged(layout, parts), baseline)

    @classmethod
    def from_bytes(cls, data: bytes, baseline: Baseline | None = None) -> "Profile":
        """A profile back from its bytes. Raises: ProfileError for damaged ones, or those of other bins."""
        layout = cls._layout(data, baseline)
        return cls._of(layout, wire.words_of(layout, [data])[0], baseline)

    @classmethod
    def _layout(cls, data: bytes, baseline: Baseline | None) -> Layout:
        layout = Layout.read(data)
        if baseline is not None and baseline.layout != layout:
            raise ProfileError("This profile belongs to another baseline.")
        return layout

    @classmethod
    def _of(cls, layout: Layout, state: Array, baseline: Baseline | None) -> "Profile":
        memory = bare(layout) if baseline is None else baseline.memory.copy()
        fill(memory, layout, state)
        return cls(layout, memory, baseline)

    def to_bytes(self) -> bytes:
        """The bytes, as `contracts/PROFILES.md` has them: equal rows give equal ones, however split and ordered."""
        return wire.bytes_of(self.layout, state_of(self._memory, self.layout))

    def counted(self) -> Iterator[Feature]:
        """The baseline's features with this profile's counts as theirs."""
        return counted(self._memory, self.layout, self.baseline.features)
