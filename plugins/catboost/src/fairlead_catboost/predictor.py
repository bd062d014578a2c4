"""Calling a model with a table, and naming what it gives."""

from typing import Any, Protocol

import numpy as np
from fairlead_contracts.adapters import Explanation, ModelCard, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.scores import Naming, chances
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_catboost.describing import EACH, POSITIVE, loss_of
from fairlead_catboost.library import Library
from fairlead_catboost.model_file import Model

Array = np.ndarray[Any, Any]


class Scorer(Protocol):
    """What gives raw scores."""

    def raw(self, matrix: Array) -> Array:
        """Raw scores: (rows, scores)."""
        ...


class CatBoostPredictor:
    """A model, asked by several threads at once."""

    def __init__(self, model: Model, card: ModelCard, scorer: Scorer) -> None:
        self._scorer, self._card, self._loss = scorer, card, loss_of(model)
        self._categorical = [feature.categorical for feature in model.features]
        self._naming, self._classes = Naming(card.classes), np.array(card.classes, dtype=object)
        self._threshold = float(model.said["binclass_probability_threshold"] or 0.5)

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        matrix = self._matrix(table)
        if len(matrix) == 0:
            return self._naming.nothing()
        return self._named(self._scorer.raw(matrix))

    def _matrix(self, table: Table) -> Array:
        width = len(self._categorical)
        if not any(self._categorical):
            return matrix_of(table, self._card.inputs, width, "f4")
        names = self._card.inputs or tuple(table)
        rows = rows_of(table, names)
        if len(names) != width:
            raise InvalidTableError(f"The model takes {width} columns, the table has {len(names)}.")
        matrix = np.empty((rows, width), dtype=object)
        for place, (name, categorical) in enumerate(zip(names, self._categorical, strict=True)):
            matrix[:, place] = _category(name, table[name]) if categorical else _number(name, table[name])
        return matrix

    def _named(self, raw: Array) -> Table:
        if self._card.task == "regression":
            return self._naming.columns(np.exp(raw) if self._loss in POSITIVE else raw)
        if raw.shape[1] == 1:
            found = chances(raw)
            return self._naming.columns(found, self._classes[(found[:, 0] > self._threshold).astype(np.intp)])
        each_alone = self._loss == EACH
        found = np.exp(-np.logaddexp(0.0, -raw)) if each_alone else chances(raw)
        return self._naming.columns(found, self._classes[raw.argmax(axis=1)])


class ExplainingPredictor(CatBoostPredictor):
    """One that CatBoost explains."""

    def __init__(self, model: Model, card: ModelCard, scorer: Scorer, data: bytes) -> None:
        super().__init__(model, card, scorer)
        self._data, self._width = data, len(model.features)
        self._scores = 1 if len(card.classes) <= 2 else len(card.classes)
        self._library = scorer if isinstance(scorer, Library) else None

    def explain(self, table: Table) -> Explanation:
        """SHAP values of each row's raw score, as CatBoost computes them (`ShapValues`)."""
        matrix, inputs = self._matrix(table), self._card.inputs or tuple(table)
        if len(matrix) == 0:
            return Explanation(inputs, np.empty((0, self._scores, self._width)), np.empty((0, self._scores)))
        if self._library is None:
            # Importing CatBoost takes longer than most models' whole life without explanations is worth.
            self._library = Library(self._data, [])
        found = self._library.contributions(np.ascontiguousarray(matrix))
        if found.shape[1] == 2 and self._scores == 1:
            found = found[:, 1:] - found[:, :1]
        return Explanation(inputs, np.ascontiguousarray(found[..., :-1]), found[..., -1].copy())


def _category(name: str, values: Array) -> Array:
    # CatBoost knows a category by its text; a truth value is 0 or 1 to it.
    if values.dtype.kind == "b":
        return values.astype(np.int64)
    if values.dtype.kind in "iu":
        return values
    if values.dtype != object or not all(each is None or isinstance(each, str | float) for each in values.tolist()):
        raise InvalidTableError(f"Column {name} must hold texts or whole numbers: it is a category to the model.")
    return values


def _number(name: str, values: Array) -> Array:
    if values.dtype == object:
        raise InvalidTableError(f"Column {name} holds texts, and the model takes numbers in it.")
    return values.astype(np.float64)
