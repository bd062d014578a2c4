"""Calling the model with a batch, and holding its answer to the signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_contracts.adapters import Explanation

from fairlead_runtime.held import ContractBrokenError, held
from fairlead_runtime.model import Loaded
from fairlead_runtime.protocol.outputs import OutputSet, Scores
from fairlead_runtime.protocol.rows import Batch, joined
from fairlead_runtime.protocol.schema import Schema
from fairlead_runtime.serving.calls import Call


@dataclass(slots=True)
class Scored:
    """A batch and what the model gave for it."""

    batch: Batch
    scores: Scores
    explanation: Explanation | None = None
    """Of a call that asks for one; it is alone in its batch."""


class ModelCalls:
    """Scores batches. Touches nothing else, so it may run in any thread."""

    def __init__(self, model: Loaded, schema: Schema, outputs: OutputSet) -> None:
        self.model, self.schema, self.outputs = model, schema, outputs

    def score(self, calls: Sequence[Call]) -> Scored | Exception:
        """The scores of all rows, in order; or the exception that the model, or its answer, was."""
        rows = sum(call.rows.count for call in calls)
        try:
            batch = joined([call.rows for call in calls], self.schema)
            explanation = self._explained(calls[0], batch) if calls[0].explain else None
            table = held(self.model.predict(batch.table), self.outputs.datatypes, rows)
            return Scored(batch, Scores(table, self.outputs), explanation)
        except Exception as error:  # a model may raise anything; each of the calls is told, and the log
            return error

    def _explained(self, call: Call, batch: Batch) -> Explanation | None:
        if self.model.explain is None:
            raise ContractBrokenError("the model has no explanations")
        # A copy, as the model may write into what it gets.
        found = self.model.explain({name: each.copy() for name, each in batch.table.items()})
        rows, width = call.rows.count, self.schema.width
        shape = found.contributions.shape
        if len(shape) != 3 or (shape[0], shape[2]) != (rows, width) or found.bias.shape != shape[:2]:
            raise ContractBrokenError("the model's explanation is not one number for each row, score and input")
        if found.inputs != tuple(self.schema.names):
            raise ContractBrokenError("the model's explanation is of other inputs")
        return found
