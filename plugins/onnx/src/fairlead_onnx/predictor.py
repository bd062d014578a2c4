"""Calling a session with a table: one matrix, or a column for each input."""

from typing import Any

import numpy as np
import onnxruntime as ort
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.scores import Naming
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_onnx.describing import Plan
from fairlead_onnx.model_file import BOOL, DOUBLE, FLOAT, INT32, INT64, STRING, Port

Array = np.ndarray[Any, Any]
_TYPES: dict[int, type[np.generic]] = {FLOAT: np.float32, DOUBLE: np.float64, INT32: np.int32, INT64: np.int64}
_TYPES[BOOL] = np.bool_


class SessionPredictor:
    """A session, which may be run by several threads at once."""

    def __init__(
        self, session: ort.InferenceSession, card: ModelCard, plan: Plan, inputs: list[Port], scores: str
    ) -> None:
        self._session, self._card, self._plan, self._inputs = session, card, plan, inputs
        self._outputs = [scores, *([plan.label.name] if plan.label else [])]
        self._naming = Naming(card.classes)
        self._texts = {each: each for each in plan.classes}

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        rows, given = self._given(table)
        if rows == 0:
            return self._naming.nothing()
        try:
            found = self._session.run(self._outputs, given)
        except Exception as error:  # onnxruntime's errors share no class of their own
            raise InvalidTableError(
                f"onnxruntime cannot score these rows ({type(error).__name__}): missing values where the model takes"
                " none are the usual cause."
            ) from error
        return self._named(rows, found)

    def _given(self, table: Table) -> tuple[int, dict[str, Array]]:
        if self._plan.matrix:
            port = self._inputs[0]
            if port.type in (FLOAT, DOUBLE):
                matrix = matrix_of(table, (), self._plan.width, "f4" if port.type == FLOAT else "f8")
            else:
                names = tuple(table)
                rows_of(table, names)
                if self._plan.width not in (None, len(names)):
                    raise InvalidTableError(f"The model takes {self._plan.width} columns, the table has {len(names)}.")
                matrix = np.column_stack([_cast(name, table[name], port.type) for name in names])
            return len(matrix), {port.name: matrix}
        rows = rows_of(table, self._card.inputs)
        shaped = {port.name: _cast(port.name, table[port.name], port.type) for port in self._inputs}
        return rows, {p.name: shaped[p.name].reshape(rows, *(p.shape or ())[1:]) for p in self._inputs}

    def _named(self, rows: int, found: list[Any]) -> Table:
        scores, classes = np.asarray(found[0], dtype=np.float64), len(self._card.classes)
        alone = classes == 2 and self._plan.label is None and scores.size == rows
        label = None if self._plan.label is None else self._labels(found[1], rows)
        return self._naming.columns(_shaped(scores, rows, 1 if alone else max(1, classes)), label)

    def _labels(self, found: Any, rows: int) -> Array:
        listed = [str(each) for each in np.asarray(found).reshape(-1).tolist()]
        if len(listed) != rows or not all(each in self._texts for each in listed):
            raise UnreadableArtifactError("The model gives a label that is none of its classes.")
        labels: Array = np.array(listed, dtype=object)
        return labels


def _shaped(scores: Array, rows: int, columns: int) -> Array:
    if scores.size != rows * columns:
        raise UnreadableArtifactError("The model gives another number of values a row than its card says.")
    return scores.reshape(rows, columns)


def _cast(name: str, values: Array, kind: int) -> Array:
    if (kind == STRING) is not (values.dtype == object):
        raise InvalidTableError(f"Column {name} must hold {'texts' if kind == STRING else 'numbers'}.")
    if kind == STRING:
        listed = values.tolist()
        if not all(each is None or isinstance(each, str) or each != each for each in listed):
            raise InvalidTableError(f"Column {name} holds an object that is no text.")
        return values
    wanted = _TYPES[kind]
    if kind in (FLOAT, DOUBLE):
        return values.astype(wanted)
    found = values.astype(wanted) if np.all(np.isfinite(values)) else None
    if found is None or not np.array_equal(found, values):
        raise InvalidTableError(f"Column {name} must hold whole numbers{' 0 or 1' if kind == BOOL else ''}.")
    return found
