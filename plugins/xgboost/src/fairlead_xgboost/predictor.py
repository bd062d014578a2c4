"""Calling a booster with a table: always a plain matrix, in which texts are the codes of their levels."""

import threading
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Explanation, ModelCard, Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.scores import Naming, chances
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_xgboost.levels import Codes, levels
from fairlead_xgboost.native import Booster, XGBoostError

MISSING = "fairlead_missing"
"""The attribute that holds what a missing number is, where that is not NaN: XGBoost itself does not save it."""
Array = np.ndarray[Any, Any]
_WRAPPED = "scikit_learn"


class BoosterPredictor:
    """A booster; trees may be asked by several threads at once. Linear boosters, and explanations, take turns."""

    def __init__(self, booster: Booster, card: ModelCard, learner: dict[str, Any]) -> None:
        self._booster, self._card = booster, card
        self._levels = levels(learner)
        self._width = int(learner["learner_model_param"]["num_feature"])
        self._linear = learner["gradient_booster"]["name"] == "gblinear"
        self._turns = threading.Lock()
        self._margin = learner["objective"]["name"] == "multi:softmax"
        self._naming = Naming(card.classes)
        attributes = learner.get("attributes") or {}
        self._missing = float(attributes.get(MISSING) or "nan")
        if self._levels and not np.isnan(self._missing):
            raise UnreadableArtifactError("With categorical features a missing number must be NaN.")
        # The wrappers stop at the best round, a bare booster uses every round.
        best = attributes.get("best_iteration") if _WRAPPED in attributes and not self._linear else None
        self._rounds = (0, int(best) + 1) if best is not None else (0, 0)

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says. A level that training did not know counts as missing."""
        matrix = self._matrix(table)
        if len(matrix) == 0:
            return self._naming.nothing()
        try:
            scores = self._scores(matrix)
        except XGBoostError as error:
            raise InvalidTableError("XGBoost cannot score these rows.") from error
        if scores.ndim == 1:
            scores = scores[:, None]
        return self._naming.columns(chances(scores) if self._margin else scores)

    def explain(self, table: Table) -> Explanation:
        """SHAP values of each row's margin, as XGBoost computes them (`pred_contribs`)."""
        matrix, inputs = self._matrix(table), self._card.inputs or tuple(table)
        scores = len(self._card.classes) if len(self._card.classes) > 2 else 1
        if len(matrix) == 0:
            return Explanation(inputs, np.empty((0, scores, self._width)), np.empty((0, scores)))
        try:
            with self._turns:
                found = self._booster.contributions(matrix, self._missing, self._rounds)
        except XGBoostError as error:
            raise InvalidTableError("XGBoost cannot explain these rows.") from error
        found = found.reshape(len(matrix), scores, self._width + 1)
        return Explanation(inputs, np.ascontiguousarray(found[..., :-1]), found[..., -1].copy())

    def _matrix(self, table: Table) -> Array:
        if not self._levels:
            return matrix_of(table, self._card.inputs, self._width, "f4")
        names = self._card.inputs or tuple(table)
        rows = rows_of(table, names)
        if len(names) != self._width:
            raise InvalidTableError(f"The model takes {self._width} columns, the table has {len(names)}.")
        matrix = np.empty((rows, self._width), dtype=np.float32, order="F")
        for place, name in enumerate(names):
            matrix[:, place] = _coded(name, table[name], self._levels.get(place))
        return matrix

    def _scores(self, matrix: Array) -> Array:
        if not self._linear:
            return self._booster.score_in_place(matrix, self._missing, self._rounds, margin=self._margin)
        with self._turns:
            return self._booster.score(matrix, self._missing, margin=self._margin)


def _coded(name: str, values: Array, codes: Codes | None) -> Any:
    if codes is None:
        if values.dtype == object:
            raise InvalidTableError(f"Column {name} holds texts, and the model takes numbers in it.")
        return values
    texts = isinstance(next(iter(codes)), str)
    if texts is not (values.dtype == object):
        raise InvalidTableError(f"Column {name} must hold {'texts' if texts else 'whole numbers'}, as in training.")
    listed = values.tolist()
    if texts and not all(each is None or isinstance(each, str) or each != each for each in listed):
        raise InvalidTableError(f"Column {name} holds an object that is no text.")
    known: dict[Any, int] = dict(codes)
    return [known.get(each, np.nan) for each in listed]
