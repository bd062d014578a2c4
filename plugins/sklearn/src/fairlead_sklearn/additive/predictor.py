"""Scoring by the sum, and by scikit-learn itself wherever a row is not plain."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from fairlead_contracts.adapters import Explanation, ModelCard, Predictor, Table
from fairlead_contracts.errors import FairleadError, InvalidTableError
from fairlead_contracts.tables import matrix_of, rows_of

from fairlead_sklearn.additive.features import NotAdditiveError, Raw
from fairlead_sklearn.additive.folded import Folded
from fairlead_sklearn.additive.heads import Head, head_of
from fairlead_sklearn.additive.probes import agree
from fairlead_sklearn.additive.steps import through

Array: TypeAlias = np.ndarray[Any, Any]


class AdditivePredictor:
    """A linear model, asked by several threads at once."""

    def __init__(self, folded: Folded, head: Head, card: ModelCard, width: int, library: Predictor) -> None:
        self.folded, self._head, self._card, self._width, self.library = folded, head, card, width, library
        self._classes = np.array(card.classes, dtype=object)
        # The commonest model takes numbers alone, all of them.
        self._plain = not folded.texts and folded.numbers == list(range(width))

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        names = self._names(table)
        try:
            scores = self._scores(table, names)
        except (TypeError, ValueError, LookupError):
            return self.library.predict(table)
        # Neither NaN nor infinity: what scikit-learn refuses, it says itself.
        if not np.isfinite(scores).all() or scores.shape[1] == 0:
            return self.library.predict(table)
        return self._named(scores)

    def explain(self, table: Table) -> Explanation:
        """Each column's share of the scores: its coefficients times its number, or its level's coefficients."""
        names = self._names(table)
        rows = rows_of(table, names)
        shares = np.zeros((rows, len(self.folded.bias), len(names)))
        try:
            for place, column in enumerate(self.folded.numbers):
                given = matrix_of(table, [names[column]])[:, 0]
                weights, missing = self.folded.weights[:, place], self.folded.missing[:, place]
                shares[:, :, column] = np.where(np.isnan(given), missing[:, None], weights[:, None] * given).T
            for column, texts in self.folded.texts.items():
                shares[:, :, column] = texts.of(table[names[column]]).T
        except (TypeError, ValueError) as error:
            raise InvalidTableError("A column holds texts where the model takes numbers, or the reverse.") from error
        if not np.isfinite(shares).all():
            self.library.predict(table)
            raise InvalidTableError("A value is missing or infinite, and the model takes none.")
        return Explanation(names, shares, np.broadcast_to(self.folded.bias, shares.shape[:2]).copy())

    def _names(self, table: Table) -> tuple[str, ...]:
        names = self._card.inputs or tuple(table)
        if len(names) != self._width:
            raise InvalidTableError(f"The model takes {self._width} columns, the table has {len(names)}.")
        return names

    def _scores(self, table: Table, names: Sequence[str]) -> Array:
        folded = self.folded
        if self._plain:
            plain: Array = _numbers(folded, matrix_of(table, names, self._width).T) + folded.bias[:, None]
            return plain
        rows = rows_of(table, names)
        scores = np.repeat(folded.bias[:, None], rows, axis=1)
        if folded.numbers:
            scores += _numbers(folded, matrix_of(table, [names[each] for each in folded.numbers]).T)
        for column, texts in folded.texts.items():
            values = table[names[column]]
            if values.dtype != object:
                raise TypeError("numbers where texts are expected")
            scores += texts.of(values)
        return scores

    def _named(self, scores: Array) -> dict[str, Array]:
        found = self._head.link(scores)
        if self._card.task == "regression":
            return {"prediction": found[0]}
        if len(self._classes) == 2:
            return {"probability": found[0], "label": self._classes[(scores[0] > 0).astype(np.intp)]}
        columns = {f"probability_{each}": found[place] for place, each in enumerate(self._card.classes)}
        return columns | {"label": self._classes[scores.argmax(axis=0)]}


def _numbers(folded: Folded, given: Array) -> Array:
    scores: Array = folded.weights @ given
    if np.isnan(scores).any():
        missing = np.isnan(given)
        scores = folded.weights @ np.where(missing, 0.0, given) + _where(folded.missing, missing)
    return scores


def _where(shares: Array, missing: Array) -> Array:
    # A share of NaN refuses a missing value, and must not touch the rows that have one.
    counted: Array = np.nan_to_num(shares) @ missing
    refused = missing[np.isnan(shares).any(axis=0)].any(axis=0)
    return np.where(refused, np.nan, counted)


def additive(model: Any, card: ModelCard, library: Predictor) -> Predictor:
    """The model as a sum over its columns, where it is one and gives what scikit-learn gives; else `library`."""
    try:
        width = int(model.n_features_in_)
        while hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        *steps, (_, last) = model.steps if hasattr(model, "steps") else [("", model)]
        features: list[Any] = [Raw(column) for column in range(width)]
        for _, step in steps:
            features = through(step, features)
        head = head_of(last)
        folded = Folded(features, head)
        found = AdditivePredictor(folded, head, card, width, library)
        names = card.inputs or tuple(f"c{place}" for place in range(width))
        return found if agree(found, folded, names, library) else library
    except (NotAdditiveError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError, FairleadError):
        return library
