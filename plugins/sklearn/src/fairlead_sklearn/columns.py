"""From a table to what the estimator was fitted on: a data frame by name, or a matrix in order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.tables import rows_of

from fairlead_sklearn.parts import forget_names, missing_text, takes_names

Array = np.ndarray[Any, Any]


class Columns:
    """How one model takes its rows.

    A model that was fitted on named columns gets them by name, others in the table are ignored; one that was not gets
    the table's columns in their order.
    """

    def __init__(self, model: Any, inputs: Sequence[str]) -> None:
        self._inputs = tuple(inputs)
        self._frame = bool(self._inputs) and takes_names(model)
        self._width = getattr(model, "n_features_in_", None)
        self._missing = missing_text(model)
        if not self._frame:
            forget_names(model)

    def count(self, table: Table) -> int:
        """The number of rows. Raises: InvalidTableError when columns are missing, misshapen or of a wrong type."""
        names = self._inputs or tuple(table)
        rows = rows_of(table, names)
        if self._width is not None and len(names) != self._width:
            raise InvalidTableError(f"The model takes {self._width} columns, the table has {len(names)}.")
        return rows

    def of(self, table: Table) -> Any:
        """The rows as the model takes them. Raises: InvalidTableError when a text is none."""
        columns = {name: self._column(name, table[name]) for name in self._inputs or tuple(table)}
        if self._frame:
            return _frame(columns)
        if all(values.dtype != object for values in columns.values()):
            return np.column_stack(list(columns.values()))
        matrix = np.empty((len(next(iter(columns.values()))), len(columns)), dtype=object)
        for place, values in enumerate(columns.values()):
            matrix[:, place] = values
        return matrix

    def _column(self, name: str, values: Array) -> Array:
        if values.dtype != object:
            return values
        texts = values.tolist()
        for place, text in enumerate(texts):
            if type(text) is not str:
                texts[place] = self._other(name, text)
        return np.array(texts, dtype=object)

    def _other(self, name: str, value: Any) -> Any:
        if value is None or (isinstance(value, float) and value != value):
            return self._missing
        if isinstance(value, str):
            return str(value)
        raise InvalidTableError(f"Column {name} holds an object that is no text; numbers go in float64 or int64.")


def _frame(columns: dict[str, Array]) -> Any:
    import pandas as pd

    # An Index keeps texts as objects. An array of them would become pandas' own string type, in which None turns into
    # NaN; which of the two a model knows depends on what it was fitted with.
    series = {name: pd.Index(each, dtype=object) if each.dtype == object else each for name, each in columns.items()}
    return pd.DataFrame(series, copy=False)
