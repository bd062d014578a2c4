"""Summing terms: what statsmodels computes from its design matrix, without making one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Explanation, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.tables import rows_of

from fairlead_statsmodels.links import INVERSES, softmax
from fairlead_statsmodels.terms import Levels, Saved, Term

Array = np.ndarray[Any, Any]
_KINDS = {"text": ("O", "texts"), "whole": ("iu", "whole numbers"), "truth": ("b", "truth values")}


class TermsPredictor:
    """A fitted model."""

    def __init__(self, saved: Saved) -> None:
        self._saved, self._classes = saved, np.array(saved.classes, dtype=object)
        self._coefficients = np.array([term.coefficients for term in saved.terms])

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says. A row with a missing value has a missing prediction, and no label."""
        columns, rows = self._columns(table)
        with np.errstate(all="ignore"):
            design = np.column_stack([_product(term, columns, rows) for term in self._saved.terms])
            return self._named(design @ self._coefficients)

    def _columns(self, table: Table) -> tuple[Mapping[str, Array], int]:
        names = self._saved.inputs
        given = names if self._saved.named else tuple(table)
        rows = rows_of(table, given)
        if len(given) != len(names):
            raise InvalidTableError(f"The model takes {len(names)} columns, the table has {len(given)}.")
        levels = self._saved.levels
        columns = {
            name: _texts(said, table[said], levels[name]) if name in levels else _numbers(said, table[said])
            for name, said in zip(names, given, strict=True)
        }
        return columns, rows

    def _named(self, raw: Array) -> dict[str, Array]:
        if self._saved.link == "Softmax":
            chances = softmax(raw)
            label = self._classes[np.nan_to_num(chances).argmax(axis=1)]
            label[np.isnan(chances[:, 0])] = None
            return {f"probability_{each}": chances[:, at].copy() for at, each in enumerate(self._classes)} | {
                "label": label
            }
        mean = np.ascontiguousarray(INVERSES[self._saved.link](raw[:, 0]))
        if not len(self._classes):
            return {"prediction": mean}
        label = self._classes[(mean > 0.5).astype(np.intp)]
        label[np.isnan(mean)] = None
        return {"probability": mean, "label": label}


class ExplainingPredictor(TermsPredictor):
    """One whose terms are of one column each, so that each column has its share."""

    def explain(self, table: Table) -> Explanation:
        """Coefficient times number, or the level's coefficient; the bias is the constant."""
        columns, rows = self._columns(table)
        given = self._saved.inputs if self._saved.named else tuple(table)
        shares, bias = np.zeros((rows, self._saved.scores, len(given))), np.zeros((rows, self._saved.scores))
        for term, coefficients in zip(self._saved.terms, self._coefficients, strict=True):
            added = _product(term, columns, rows)[:, None] * coefficients
            if term.factors:
                shares[:, :, self._saved.inputs.index(term.factors[0].column)] += added
            else:
                bias += added
        if self._saved.link == "Softmax":
            # The base class has a score of its own, which is 0.
            shares = np.concatenate([np.zeros((rows, 1, len(given))), shares], axis=1)
            bias = np.column_stack([np.zeros(rows), bias])
        return Explanation(given, shares, bias)


def _product(term: Term, columns: Mapping[str, Array], rows: int) -> Array:
    product = np.ones(rows)
    for factor in term.factors:
        values = columns[factor.column]
        if factor.level is None:
            product = product * values
        else:
            missing = np.array([each is None for each in values.tolist()], dtype=bool)
            product = product * np.where(missing, np.nan, values == factor.level)
    return product


def _numbers(name: str, values: Array) -> Array:
    if values.dtype == object:
        raise InvalidTableError(f"Column {name} holds texts, and the model takes numbers in it.")
    return values.astype(np.float64)


def _texts(name: str, values: Array, levels: Levels) -> Array:
    kinds, said = _KINDS[levels.kind]
    if values.dtype.kind not in kinds:
        raise InvalidTableError(f"Column {name} must hold {said}, as in training.")
    listed = [None if each is None or each != each else each for each in values.tolist()]
    if levels.kind == "text" and not all(each is None or isinstance(each, str) for each in listed):
        raise InvalidTableError(f"Column {name} holds an object that is no text.")
    texts = [None if each is None else str(each) for each in listed]
    if not {*texts} <= {None, *levels.known}:
        raise InvalidTableError(f"Column {name} holds a level that the model was not fitted on.")
    return np.array(texts, dtype=object)
