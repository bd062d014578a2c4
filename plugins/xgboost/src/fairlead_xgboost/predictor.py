"""Calling a booster with a table: a plain matrix where all is numeric, a data frame where texts are levels."""

from typing import Any

import numpy as np
import xgboost as xgb
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError

Array = np.ndarray[Any, Any]


class BoosterPredictor:
    """A booster; `inplace_predict` may be called from several threads."""

    def __init__(self, booster: xgb.Booster, card: ModelCard) -> None:
        self._booster, self._card = booster, card
        booster.set_param({"nthread": 1})
        self._codes = _codes(booster)

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says."""
        missing = [name for name in self._card.inputs if name not in table]
        if missing:
            raise InvalidTableError(f"The table lacks {', '.join(missing[:10])}.")
        try:
            scores = np.asarray(self._booster.inplace_predict(self._rows(table)), dtype=np.float64)
        except (xgb.core.XGBoostError, ValueError, TypeError) as error:
            raise InvalidTableError(f"The model cannot score these rows: {str(error).splitlines()[0]}") from error
        return self._named(scores)

    def _named(self, scores: Array) -> dict[str, Array]:
        classes = self._card.classes
        if self._card.task == "regression":
            return {"prediction": scores.reshape(-1)}
        labels = np.array(classes, dtype=object)
        if len(classes) <= 2:
            chances = scores.reshape(-1)
            return {"probability": chances, "label": labels[(chances > 0.5).astype(int)]}
        columns = {f"probability_{each}": scores[:, place] for place, each in enumerate(classes)}
        return columns | {"label": labels[scores.argmax(axis=1)]}

    def _rows(self, table: Table) -> Any:
        names = self._card.inputs or tuple(table)
        if not self._codes:
            return np.column_stack([np.asarray(table[name], dtype=np.float64) for name in names])
        import pandas as pd

        return pd.DataFrame({name: self._column(name, table[name]) for name in names}, copy=False)

    def _column(self, name: str, values: Array) -> Any:
        import pandas as pd

        if name not in self._codes:
            return np.asarray(values, dtype=np.float64)
        codes = self._codes[name]
        return pd.Categorical.from_codes([codes.get(value, -1) for value in values], list(codes))


def _codes(booster: xgb.Booster) -> dict[str, dict[str, int]]:
    # For each text column its levels' codes. A level that training did not know is missing: XGBoost would refuse it.
    if "c" not in (booster.feature_types or []):
        return {}
    known = booster.get_categories(export_to_arrow=True).to_arrow()
    texts = {name: levels.to_pylist() for name, levels in known if levels is not None}
    return {name: {level: code for code, level in enumerate(levels)} for name, levels in texts.items()}
