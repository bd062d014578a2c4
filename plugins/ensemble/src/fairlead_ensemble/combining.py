"""Many models' answers to one: probabilities and predictions are averaged, votes counted, rows sent one way."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Predictor, Table
from fairlead_contracts.errors import InvalidTableError

from fairlead_ensemble.plan import Plan

Array = np.ndarray[Any, Any]


class Combined:
    """A loaded ensemble. Every member gets the columns that it names, or all where it names none."""

    def __init__(self, plan: Plan, card: ModelCard, members: Mapping[str, tuple[Predictor, ModelCard]]) -> None:
        self._plan, self._card, self._members = plan, card, members
        self._classes = np.array(card.classes, dtype=object)

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says. Raises: InvalidTableError."""
        if self._plan.how == "switch":
            return self._switched(table)
        raws = {name: self._raw(name, table) for name in self._plan.models}
        return self._answer(self._average(raws))

    def _average(self, raws: Mapping[str, Array]) -> Array:
        if self._plan.how == "vote":
            # Each model's likeliest class counts once; the share of votes is the probability.
            raws = {name: np.eye(raw.shape[1])[raw.argmax(axis=1)] for name, raw in raws.items()}
        weights = self._plan.weights if self._plan.how == "weighted" else dict.fromkeys(raws, 1.0)
        total = sum(weights[name] * raw for name, raw in raws.items())
        return np.asarray(total / sum(weights.values()))

    def _switched(self, table: Table) -> dict[str, Array]:
        by = self._plan.by or ""
        if by not in table:
            raise InvalidTableError(f"Column {by} is missing, which says which model answers.")
        keys = np.array([_key(each) for each in table[by].tolist()], dtype=object)
        width = max(1, len(self._classes))
        raw = np.full((len(keys), width), np.nan)
        left = np.ones(len(keys), dtype=bool)
        for value, name in self._plan.cases.items():
            self._fill(raw, keys == value, name, table)
            left &= keys != value
        if self._plan.otherwise is not None:
            self._fill(raw, left, self._plan.otherwise, table)
        elif left.any():
            raise InvalidTableError(f"A value of {by} leads to no model, and there is none for all others.")
        return self._answer(raw)

    def _fill(self, raw: Array, rows: Array, name: str, table: Table) -> None:
        if rows.any():
            raw[rows] = self._raw(name, {column: values[rows] for column, values in table.items()})

    def _raw(self, name: str, table: Table) -> Array:
        # (rows, classes) probabilities, or (rows, 1) predictions.
        predictor, card = self._members[name]
        found = predictor.predict({each: table[each] for each in card.inputs} if card.inputs else table)
        if card.task == "regression":
            return np.asarray(found["prediction"])[:, None]
        if len(card.classes) <= 2:
            last = np.asarray(found["probability"])
            return np.column_stack((1 - last, last))
        return np.column_stack([found[f"probability_{each}"] for each in card.classes])

    def _answer(self, raw: Array) -> dict[str, Array]:
        if self._card.task == "regression":
            return {"prediction": raw[:, 0]}
        label = self._classes[raw.argmax(axis=1)] if len(raw) else np.empty(0, dtype=object)
        if len(self._classes) <= 2:
            return {"probability": np.ascontiguousarray(raw[:, 1]), "label": label}
        shares = {f"probability_{each}": raw[:, place].copy() for place, each in enumerate(self._classes)}
        return {"label": label, **shares}


def _key(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
