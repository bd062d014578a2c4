"""Calling the model with a batch, and holding its answer to the signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairlead_runtime.held import held
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


class ModelCalls:
    """Scores batches. Touches nothing else, so it may run in any thread."""

    def __init__(self, model: Loaded, schema: Schema, outputs: OutputSet) -> None:
        self.model, self.schema, self.outputs = model, schema, outputs

    def score(self, calls: Sequence[Call]) -> Scored | Exception:
        """The scores of all rows, in order; or the exception that the model, or its answer, was."""
        rows = sum(call.rows.count for call in calls)
        try:
            batch = joined([call.rows for call in calls], self.schema)
            table = held(self.model.predict(batch.table), self.outputs.datatypes, rows)
            return Scored(batch, Scores(table, self.outputs))
        except Exception as error:  # a model may raise anything; each of the calls is told, and the log
            return error
