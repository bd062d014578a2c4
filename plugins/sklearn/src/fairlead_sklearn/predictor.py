"""Calling an estimator with a table."""

from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.scores import Naming

from fairlead_sklearn.columns import Columns
from fairlead_sklearn.parts import single_threaded

Array = np.ndarray[Any, Any]
_REFUSALS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
_LIKELIEST = frozenset(
    (
        "LogisticRegression", "LogisticRegressionCV", "DecisionTreeClassifier", "ExtraTreeClassifier",
        "RandomForestClassifier", "ExtraTreesClassifier", "GradientBoostingClassifier",
        "HistGradientBoostingClassifier", "BaggingClassifier", "GaussianNB", "CalibratedClassifierCV",
    )
)  # fmt: skip
"""Classifiers whose label is by definition the class of the largest probability: one call gives both."""


class TablePredictor:
    """A fitted estimator."""

    def __init__(self, model: Any, card: ModelCard) -> None:
        single_threaded(model)
        self._model, self._card = model, card
        self._columns = Columns(model, card.inputs)
        self._likeliest = type(_last(model)).__name__ in _LIKELIEST
        self._naming = Naming(card.classes)

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        count = self._columns.count(table)
        if count == 0:
            return self._naming.nothing()
        rows = self._columns.of(table)
        try:
            if self._card.task == "classification":
                return self._classified(rows, count)
            return {"prediction": _shaped(self._model.predict(rows), (count,), np.float64)}
        except _REFUSALS as error:
            raise InvalidTableError(_reason(error)) from error

    def _classified(self, rows: Any, count: int) -> Table:
        chances = _shaped(self._model.predict_proba(rows), (count, len(self._card.classes)), np.float64)
        if self._likeliest:
            return self._naming.columns(chances)
        label = np.array([str(each) for each in self._model.predict(rows).tolist()], dtype=object)
        return self._naming.columns(chances, label)


def _last(model: Any) -> Any:
    while hasattr(model, "steps") or hasattr(model, "best_estimator_"):
        model = model.steps[-1][1] if hasattr(model, "steps") else model.best_estimator_
    return model


def _shaped(values: Any, shape: tuple[int, ...], dtype: type) -> Array:
    array: Array = np.asarray(values, dtype=dtype)
    if array.shape != shape and array.shape != (*shape, 1):
        raise UnreadableArtifactError("The model gives another number of values a row than its card says.")
    return array.reshape(shape)


def _reason(error: Exception) -> str:
    # The library's own words may hold the value at fault, which is not repeated.
    said = str(error)
    if "unknown categories" in said:
        return (
            "A text is of a level that the model was not fitted on, and its encoder refuses those: fit the encoder with"
            " handle_unknown='ignore'."
        )
    if "NaN" in said or "missing values" in said:
        return "A value is missing (NaN or null), and the model takes none: put an imputer in front of it."
    if "infinity" in said:
        return "A number is infinite or too large for the model."
    return (
        f"The model cannot score these rows ({type(error).__name__}): texts where it takes numbers are the usual cause."
    )
