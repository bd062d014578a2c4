"""Calling a model with a table: one matrix in, or one column for each of its inputs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.scores import Naming, chances
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_keras.archive import Architecture

Array = np.ndarray[Any, Any]
_PROBABILITIES = ("sigmoid", "softmax")


class ModelPredictor:
    """A loaded model, asked by several threads at once."""

    def __init__(self, model: Any, architecture: Architecture, card: ModelCard) -> None:
        self._call = _compiled(model, architecture)
        self._entries, self._card = architecture.entries, card
        self._logits = bool(card.classes) and architecture.ends not in _PROBABILITIES
        self._naming = Naming(card.classes)

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        given, rows = self._given(table)
        if rows == 0:
            return self._naming.nothing()
        try:
            raw = np.asarray(self._call(given), dtype=np.float64).reshape(rows, -1)
        except Exception as error:  # the model's own; its words may hold values of the request
            raise InvalidTableError(f"The model raised {type(error).__name__} for these rows.") from error
        return self._naming.columns(chances(raw) if self._logits else raw)

    def _given(self, table: Table) -> tuple[Any, int]:
        if len(self._entries) == 1 and not self._entries[0].texts:
            matrix = _numbers(table, self._card.inputs, self._entries[0].width)
            return matrix, len(matrix)
        names = self._card.inputs or tuple(table)
        if len(names) != sum(entry.width for entry in self._entries):
            raise InvalidTableError(f"The model takes {len(self._entries)} columns, the table has {len(names)}.")
        rows = rows_of(table, names)
        if len(self._entries) == 1:
            return _texts(table, names), rows
        return {e.name: _texts(table, (e.name,)) if e.texts else _numbers(table, (e.name,), 1)
                for e in self._entries}, rows  # fmt: skip


def _compiled(model: Any, architecture: Architecture) -> Callable[[Any], Any]:
    import keras

    def plain(given: Any) -> Any:
        return keras.ops.convert_to_numpy(model(given, training=False))

    if keras.backend.backend() != "tensorflow":
        return plain
    import tensorflow

    def spec(width: int, texts: bool) -> Any:
        return tensorflow.TensorSpec([None, width], tensorflow.string if texts else tensorflow.float32)

    specs = {entry.name: spec(entry.width, entry.texts) for entry in architecture.entries}
    signature = specs if len(specs) > 1 else next(iter(specs.values()))
    graph = tensorflow.function(lambda given: model(given, training=False), input_signature=[signature])
    return lambda given: graph(given).numpy()


def _numbers(table: Table, names: tuple[str, ...], width: int) -> Array:
    matrix: Array = np.ascontiguousarray(matrix_of(table, names, width, "f4"))
    if np.isnan(matrix).any():  # a fused activation makes a plausible number of it
        raise InvalidTableError("There are missing values, and a network has no answer for them.")
    return matrix


def _texts(table: Table, names: tuple[str, ...]) -> Array:
    """Shapes: (rows, columns) of texts; a missing one is the empty text, which no vocabulary has."""
    columns = []
    for name in names:
        if table[name].dtype != object or not all(value is None or isinstance(value, str) for value in table[name]):
            raise InvalidTableError(f"Column {name} holds no texts, and the model takes texts in it.")
        columns.append([value or "" for value in table[name]])
    return np.array(columns, dtype=object).reshape(len(names), -1).T
