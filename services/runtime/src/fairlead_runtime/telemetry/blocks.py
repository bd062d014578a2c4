"""The rows of a batch as the profile's kernels take them: a matrix of numbers, and one of levels' codes."""

import numpy as np
from fairlead_drift import Baseline

from fairlead_runtime.protocol.cells import Array
from fairlead_runtime.protocol.rows import Batch
from fairlead_runtime.protocol.schema import Schema


class Blocks:
    """Brings columns into the order of the baseline's features."""

    def __init__(self, baseline: Baseline, schema: Schema) -> None:
        self._numeric = [each.name for each in baseline.numeric]
        self._baseline = baseline
        self._categorical = [each.name for each in baseline.categorical]
        places = [schema.places[name] for name in self._numeric]
        self._places = None if places == list(range(schema.width)) else places

    def of(self, batch: Batch, rows: int) -> tuple[Array, Array]:
        """Shapes: (rows, numeric features) float64 and (rows, categorical features) int32."""
        codes = np.empty((rows, len(self._categorical)), dtype=np.int32)
        for place, name in enumerate(self._categorical):
            codes[:, place] = self._baseline.encode(name, batch.table[name])
        return self._numbers(batch, rows), codes

    def _numbers(self, batch: Batch, rows: int) -> Array:
        if batch.matrix is not None:
            return batch.matrix if self._places is None else batch.matrix[:, self._places]
        numbers = np.empty((rows, len(self._numeric)))
        for place, name in enumerate(self._numeric):
            numbers[:, place] = batch.table[name]
        return numbers
