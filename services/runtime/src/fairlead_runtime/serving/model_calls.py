"""Calling the model with a batch, and holding its answer to the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fairlead_runtime.model import Loaded
from fairlead_runtime.protocol.outputs import OutputSet, Scores
from fairlead_runtime.protocol.rows import Batch, joined
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.calls import Call, ContractBrokenError

_KINDS = {"FP64": "fiu", "INT64": "iu", "BOOL": "b", "BYTES": "OU"}
"""The kinds of numpy arrays that are taken for each datatype of a signature."""


@dataclass(slots=True)
class Scored:
    """A batch and what the model gave for it."""

    batch: Batch
    scores: Scores


class ModelCalls:
    """Scores batches. Touches nothing else, so it may run in any thread."""

    def __init__(self, model: Loaded, schema: Schema, outputs: OutputSet) -> None:
        self.model, self.schema, self.outputs = model, schema, outputs

    def score(self, calls: Sequence[Call]) -> Scored | Exception:
        """The scores of all rows, in order; or the exception that the model, or its answer, was."""
        rows = sum(call.rows.count for call in calls)
        try:
            batch = joined([call.rows for call in calls], self.schema)
            return Scored(batch, self._held(self.model.predict(batch.table), rows))
        except Exception as error:  # a model may raise anything; each of the calls is told, and the log
            return error

    def _held(self, given: object, rows: int) -> Scores:
        datatypes = self.outputs.datatypes
        if not isinstance(given, Mapping):
            raise ContractBrokenError("the model gives no table")
        if given.keys() != datatypes.keys():
            raise ContractBrokenError(f"the model does not give {', '.join(datatypes)}, and nothing else")
        table = {name: np.asarray(given[name]) for name in datatypes}
        for name, datatype in datatypes.items():
            if table[name].shape != (rows,) or table[name].dtype.kind not in _KINDS[datatype]:
                raise ContractBrokenError(f"the model's {name} is not {rows} values of {datatype}")
        return Scores(table, self.outputs)
