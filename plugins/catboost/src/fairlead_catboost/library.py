"""CatBoost itself, for trees that ask for categories, trees of other shapes, and explanations."""

from importlib.util import find_spec
from typing import Any

import numpy as np
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError

Array = np.ndarray[Any, Any]


def installed() -> bool:
    """True when CatBoost can be imported."""
    return find_spec("catboost") is not None


class Library:
    """A model in CatBoost. It may be called from several threads at once."""

    def __init__(self, data: bytes, categories: list[int]) -> None:
        if not installed():
            raise UnreadableArtifactError(
                "The model has categorical features or trees that are not symmetric, which CatBoost itself scores:"
                " install fairlead-catboost[categories] where it is served."
            )
        import catboost

        self._catboost, self._categories = catboost, categories
        self._model = catboost.CatBoost()
        try:
            self._model.load_model(blob=data, format="cbm")
        except catboost.CatBoostError as error:
            raise UnreadableArtifactError("CatBoost cannot load the model.") from error

    def raw(self, matrix: Array) -> Array:
        """Raw scores of a matrix of float32, or of objects: (rows, scores). Raises: InvalidTableError."""
        found = self._asked(
            lambda pool: self._model.predict(pool, prediction_type="RawFormulaVal", thread_count=1), matrix
        )
        return found.reshape(len(matrix), -1)

    def contributions(self, matrix: Array) -> Array:
        """SHAP values: (rows, scores, inputs + 1), the bias last. Raises: InvalidTableError."""
        ask = self._model.get_feature_importance
        found = self._asked(lambda pool: ask(pool, type="ShapValues", thread_count=1), matrix)
        return found.reshape(len(matrix), -1, matrix.shape[1] + 1)

    def _asked(self, call: Any, matrix: Array) -> Array:
        try:
            pool = self._catboost.Pool(matrix, cat_features=self._categories, thread_count=1)
            return np.asarray(call(pool), dtype=np.float64)
        except (self._catboost.CatBoostError, TypeError, ValueError) as error:
            raise InvalidTableError(
                "CatBoost cannot score these rows: a category that is missing (NaN or null) is a usual reason; it takes"
                " a text in its place, as in training."
            ) from error
