"""Calling a booster with a table: always a plain matrix, in which texts are the codes of their levels."""

from typing import Any

import numpy as np
from fairlead_contracts.adapters import Explanation, ModelCard, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.scores import Naming
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_lightgbm.describing import Codes
from fairlead_lightgbm.native import Booster, LightGBMError

Array = np.ndarray[Any, Any]


class BoosterPredictor:
    """A booster, asked by several threads at once."""

    def __init__(self, booster: Booster, card: ModelCard, width: int, levels: dict[int, Codes]) -> None:
        self._booster, self._card, self._width, self._levels = booster, card, width, levels
        self._naming = Naming(card.classes)
        self._scores = len(card.classes) if len(card.classes) > 2 else 1

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says. A level that training did not know counts as missing."""
        matrix = self._matrix(table)
        if len(matrix) == 0:
            return self._naming.nothing()
        try:
            return self._naming.columns(self._booster.score(matrix))
        except LightGBMError as error:
            raise InvalidTableError("LightGBM cannot score these rows.") from error

    def explain(self, table: Table) -> Explanation:
        """SHAP values of each row's raw score, as LightGBM computes them (`pred_contrib`)."""
        matrix, inputs = self._matrix(table), self._card.inputs or tuple(table)
        if len(matrix) == 0:
            return Explanation(inputs, np.empty((0, self._scores, self._width)), np.empty((0, self._scores)))
        try:
            found = self._booster.contributions(matrix)
        except LightGBMError as error:
            raise InvalidTableError("LightGBM cannot explain these rows.") from error
        return Explanation(inputs, np.ascontiguousarray(found[..., :-1]), found[..., -1].copy())

    def _matrix(self, table: Table) -> Array:
        if not self._levels:
            return matrix_of(table, self._card.inputs, self._width)
        names = self._card.inputs or tuple(table)
        rows = rows_of(table, names)
        if len(names) != self._width:
            raise InvalidTableError(f"The model takes {self._width} columns, the table has {len(names)}.")
        matrix = np.empty((rows, self._width), order="F")
        for place, name in enumerate(names):
            matrix[:, place] = _coded(name, table[name], self._levels.get(place))
        return matrix


def _coded(name: str, values: Array, codes: Codes | None) -> Any:
    if codes is None:
        if values.dtype == object:
            raise InvalidTableError(f"Column {name} holds texts, and the model takes numbers in it.")
        return values
    texts = isinstance(next(iter(codes), ""), str)
    if texts is not (values.dtype == object):
        raise InvalidTableError(f"Column {name} must hold {'texts' if texts else 'numbers'}, as in training.")
    listed = values.tolist()
    if texts and not all(each is None or isinstance(each, str) or each != each for each in listed):
        raise InvalidTableError(f"Column {name} holds an object that is no text.")
    return [codes.get(each, np.nan) for each in listed]
