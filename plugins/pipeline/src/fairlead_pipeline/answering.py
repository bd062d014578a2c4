"""Answers as arrays: a step's outputs, several combined into one, and what is made of one.

Shapes: a raw answer is (rows, classes) probabilities, or (rows, 1) predictions, float64.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.scores import Naming

from fairlead_pipeline.flow import Answer
from fairlead_pipeline.steps import Calibrate, Combine, Isotonic, Limit, Platt, Post, Relabel, Round, Threshold
from fairlead_pipeline.transforming import key

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Given:
    """What a step answers for some rows. `label` is there where it is not the likeliest class."""

    answer: Answer
    raw: Array
    label: Array | None = None

    def outputs(self) -> Table:
        """The columns that the contract names."""
        return Naming(self.answer.classes).columns(self.raw, self.label)


def given_by(answer: Answer, found: Table) -> Given:
    """A model's own outputs as a raw answer, with its own labels."""
    if answer.task == "regression":
        return Given(answer, np.asarray(found["prediction"])[:, None])
    if len(answer.classes) <= 2:
        last = np.asarray(found["probability"])
        return Given(answer, np.column_stack((1 - last, last)), found["label"])
    shares = np.column_stack([found[f"probability_{each}"] for each in answer.classes])
    return Given(answer, shares, found["label"])


def combined(step: Combine, parts: Mapping[str, Given]) -> Given:
    """One answer of several, all for the same rows; not for a switch."""
    raws = {name: part.raw for name, part in parts.items()}
    if step.how == "vote":
        # Each model's likeliest class counts once; the share of votes is the probability.
        raws = {name: _votes(part) for name, part in parts.items()}
    weights = step.weights if step.how == "weighted" else dict.fromkeys(raws, 1.0)
    total = sum(weights[name] * raw for name, raw in raws.items())
    return Given(next(iter(parts.values())).answer, np.asarray(total / sum(weights.values())))


def switched(step: Combine, by: Array, answer: Answer, score: Callable[[str, Array], Given]) -> Given:
    """Each row's answer from the step that its value leads to. `score`: a step's answer for a mask of rows.

    Raises: InvalidTableError when a value leads nowhere.
    """
    keys = np.array([key(each) for each in by.tolist()], dtype=object)
    raw = np.full((len(keys), max(1, len(answer.classes))), np.nan)
    label = np.empty(len(keys), dtype=object)
    left = np.ones(len(keys), dtype=bool)
    masks: dict[str, Array] = {}
    for value, name in step.cases.items():
        masks[name] = masks.get(name, ~left & False) | (keys == value)
        left &= keys != value
    if step.otherwise is not None:
        masks[step.otherwise] = masks.get(step.otherwise, ~left & False) | left
    elif left.any():
        raise InvalidTableError(f"A value of {step.by} leads to no step, and there is none for all others.")
    for name, rows in masks.items():
        if rows.any():
            part = score(name, rows)
            raw[rows] = part.raw
            if answer.task == "classification":
                label[rows] = part.outputs()["label"]
    return Given(answer, raw, label if answer.task == "classification" else None)


def processed(step: Post, answer: Answer, before: Given) -> Given:
    """What the step makes of an answer; `answer` says its task and classes afterwards."""
    match step:
        case Calibrate():
            last = _calibrated(step.platt or step.isotonic, before.raw[:, 1])
            return Given(answer, np.column_stack((1 - last, last)))
        case Threshold():
            over = (before.raw[:, 1] >= step.at).astype(int)
            return replace(before, label=np.array(answer.classes, dtype=object)[over])
        case Relabel():
            old = before.outputs()["label"]
            new = dict(zip(before.answer.classes, answer.classes, strict=True))
            label = np.empty(len(old), dtype=object)
            label[:] = [new[each] for each in old.tolist()]
            return Given(answer, before.raw, label)
        case Limit():
            return Given(answer, np.clip(before.raw, step.low, step.high))
        case Round():
            return Given(answer, np.round(before.raw, step.digits))


def _votes(part: Given) -> Array:
    names = part.outputs()["label"]
    return np.array([[each == name for each in part.answer.classes] for name in names], dtype=np.float64).reshape(
        part.raw.shape
    )


def _calibrated(way: Platt | Isotonic | None, chances: Array) -> Array:
    if isinstance(way, Isotonic):
        return np.interp(chances, way.at, way.gives)
    assert way is not None  # noqa: S101  # one of both is there
    tiny = np.finfo(np.float64).tiny
    odds = np.log(np.maximum(chances, tiny)) - np.log(np.maximum(1 - chances, tiny))
    return np.asarray(1 / (1 + np.exp(-(way.slope * odds + way.intercept))))
