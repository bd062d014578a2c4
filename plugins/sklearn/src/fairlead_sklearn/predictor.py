"""Calling an estimator with a table."""

from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError

Array = np.ndarray[Any, Any]


class TablePredictor:
    """A fitted estimator. Where it was fitted on named columns it gets them by name, else a matrix in their order."""

    def __init__(self, model: Any, card: ModelCard) -> None:
        self._model, self._card = model, card
        self._named = bool(card.inputs) and hasattr(model, "feature_names_in_")

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says."""
        rows = self._rows(table)
        try:
            if self._card.task == "regression":
                return {"prediction": np.asarray(self._model.predict(rows), dtype=np.float64).reshape(len(rows))}
            if not hasattr(self._model, "predict_proba"):
                return {"label": _texts(self._model.predict(rows))}
            return self._classified(np.asarray(self._model.predict_proba(rows), dtype=np.float64))
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidTableError(f"The model cannot score these rows: {error}") from error

    def _classified(self, chances: Array) -> dict[str, Array]:
        labels = np.array(self._card.classes, dtype=object)[chances.argmax(axis=1)]
        if len(self._card.classes) <= 2:
            return {"probability": np.ascontiguousarray(chances[:, -1]), "label": labels}
        columns = {f"probability_{each}": chances[:, place] for place, each in enumerate(self._card.classes)}
        return columns | {"label": labels}

    def _rows(self, table: Table) -> Any:
        missing = [name for name in self._card.inputs if name not in table]
        if missing:
            raise InvalidTableError(f"The table lacks {', '.join(missing[:10])}.")
        names = self._card.inputs or tuple(table)
        if not self._named:
            return np.column_stack([np.asarray(table[name]) for name in names])
        import pandas as pd

        # An object column keeps texts as they were at training; pandas would make them its own string type.
        series = {name: pd.Series(table[name], dtype=np.asarray(table[name]).dtype) for name in names}
        return pd.DataFrame(series, copy=False)


def _texts(values: Any) -> Array:
    return np.array([str(each) for each in values], dtype=object)
