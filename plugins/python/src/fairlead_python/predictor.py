"""Calling the author's class with a table, and telling what went wrong by its kind and place."""

import traceback
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table, outputs_of
from fairlead_contracts.errors import FairleadError, InvalidTableError
from fairlead_contracts.tables import rows_of

from fairlead_python.answers import Array, as_promised, columns_of
from fairlead_python.own import is_installed

_TYPES = {"FP64": np.float64, "BYTES": object}


class PlainPredictor:
    """An object with `predict`."""

    def __init__(self, model: Any, card: ModelCard) -> None:
        self._model, self._inputs, self._classes = model, card.inputs, card.classes
        self._nothing = {each.name: np.empty(0, dtype=_TYPES[each.datatype]) for each in outputs_of(card)}

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says. An InvalidTableError of the author's own is passed on with its words."""
        names = self._inputs or tuple(table)
        rows = rows_of(table, names)
        for name in names:
            _require_texts(name, table[name])
        if rows == 0:
            return {name: values.copy() for name, values in self._nothing.items()}
        try:
            answer = self._model.predict({name: table[name] for name in names})
        except FairleadError:
            raise
        except Exception as error:
            # Its words may hold values of the request, which are not repeated.
            raise InvalidTableError(f"predict raised {type(error).__name__}{_place(error)}") from error
        return as_promised(columns_of(answer, rows), self._classes)


def _require_texts(name: str, values: Array) -> None:
    if values.dtype == object and not all(
        isinstance(each, str) or each is None or (isinstance(each, float) and each != each) for each in values.tolist()
    ):
        raise InvalidTableError(f"Column {name} holds an object that is no text; numbers go in float64 or int64.")


def _place(error: Exception) -> str:
    # The innermost frame of the author's own code, with the line of the file that it was written in.
    frames = [each for each in traceback.extract_tb(error.__traceback__)[1:] if not is_installed(each.filename)]
    return f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
