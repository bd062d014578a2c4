"""From labelled rows to every metric of the model's task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.operations.monitor import CalibrationBin, Confusion, Interval

from fairlead_monitor.accuracy import binary, calibration, several
from fairlead_monitor.accuracy.intervals import Floats, Measured
from fairlead_monitor.accuracy.regression import measured as regression
from fairlead_monitor.actuals.values import class_of, number_of

Labelled = Sequence[tuple[Mapping[str, Any], Any]]
"""A model's outputs for a row, and what came true."""
_HALF = 0.5


@dataclass(frozen=True)
class Outcomes:
    """Rows with their truth, as arrays of one length. `scores` is empty where the model gives no probabilities.

    Of a regressor `truth` and `said` are numbers, else places in `classes`; with two classes `scores` has one column,
    the probability of the last one.
    """

    task: str
    classes: tuple[str, ...]
    truth: "np.ndarray[Any, Any]"
    said: "np.ndarray[Any, Any]"
    scores: Floats

    @property
    def rows(self) -> int:
        """How many rows can be held against their truth."""
        return int(self.truth.size)

    @classmethod
    def of(cls, card: ModelCard, labelled: Labelled) -> "Outcomes":
        """Those of the rows whose truth and outputs the task can use."""
        if card.task == "regression":
            pairs = [(number_of(value), out.get("prediction")) for out, value in labelled]
            known = [pair for pair in pairs if pair[0] is not None and pair[1] is not None]
            truth, said = np.array(known, dtype=np.float64).reshape(-1, 2).T
            return cls(card.task, (), truth, said, np.empty((len(known), 0)))
        return _classified(card, labelled)


def _classified(card: ModelCard, labelled: Labelled) -> Outcomes:
    places = {name: place for place, name in enumerate(card.classes)}
    names = _scores_of(card, labelled)
    truth, said, scores = [], [], []
    for out, value in labelled:
        true, row = class_of(value, card.classes), [out.get(name) for name in names]
        answered = _answer(out, row, card.classes)
        if true is None or answered is None or None in row:
            continue
        truth.append(places[true])
        said.append(places[answered])
        scores.append(row)
    shaped = np.array(scores, dtype=np.float64).reshape(len(scores), len(names))
    return Outcomes(card.task, card.classes, np.array(truth, np.int64), np.array(said, np.int64), shaped)


def _scores_of(card: ModelCard, labelled: Labelled) -> list[str]:
    given = labelled[0][0] if labelled else {}
    wanted = ["probability"] if len(card.classes) == 2 else [f"probability_{name}" for name in card.classes]
    return wanted if all(name in given for name in wanted) else []


def _answer(out: Mapping[str, Any], row: list[Any], classes: tuple[str, ...]) -> str | None:
    if "label" in out:
        return class_of(out["label"], classes)
    if not row or None in row:
        return None
    return classes[int(row[0] >= _HALF)] if len(row) == 1 else classes[int(np.argmax(row))]


@dataclass
class Found:
    """Every metric, its interval, and what a classifier's numbers come from."""

    values: dict[str, float] = field(default_factory=dict)
    intervals: dict[str, Interval] = field(default_factory=dict)
    confusion: Confusion | None = None
    calibration: tuple[CalibrationBin, ...] = ()

    def add(self, metrics: Mapping[str, Measured | None]) -> None:
        """Note what could be measured."""
        for name, each in metrics.items():
            if each is None or not isfinite(each.value):
                continue  # a number that is none, such as a percentage of next to nothing, says nothing
            self.values[name] = each.value
            if each.low is not None and each.high is not None and isfinite(each.low) and isfinite(each.high):
                self.intervals[name] = Interval(low=each.low, high=each.high)


def measured(rows: Outcomes, level: float) -> Found:
    """Every metric of the task, with intervals at this level; nothing of no rows."""
    found = Found()
    if rows.rows == 0:
        return found
    if rows.task == "regression":
        found.add(regression(rows.truth, rows.said, level))
        return found
    counts = several.confusion(rows.truth, rows.said, len(rows.classes))
    found.confusion = Confusion(classes=rows.classes, counts=tuple(map(tuple, counts.tolist())))
    (_of_two if len(rows.classes) == 2 else _of_several)(rows, counts, level, found)
    return found


def _of_two(rows: Outcomes, _counts: several.Ints, level: float, found: Found) -> None:
    truth = rows.truth == 1
    if rows.scores.shape[1]:
        score = rows.scores[:, 0]
        found.add({
            "auc": binary.auc(truth, score, level), "log_loss": binary.log_loss(truth, score, level),
            "brier": binary.brier(truth, score, level),
        })  # fmt: skip
        found.add(binary.decided(truth, rows.said == 1, level))
        bins = calibration.bins(truth, score, level)
        found.add({
            "calibration_error": Measured(calibration.error(bins)), "bias": calibration.bias(truth, score, level),
        })  # fmt: skip
        found.calibration = tuple(map(_bin, bins))
    else:
        found.add(binary.decided(truth, rows.said == 1, level))


def _bin(each: calibration.Bin) -> CalibrationBin:
    seen = each.observed
    return CalibrationBin(
        rows=each.rows, predicted=each.predicted, observed=seen.value, low=seen.low or 0.0, high=seen.high or 0.0
    )


def _of_several(rows: Outcomes, counts: several.Ints, level: float, found: Found) -> None:
    if rows.scores.shape[1]:
        found.add({
            "auc": several.auc_of_each(rows.truth, rows.scores, level),
            "log_loss": several.log_loss(rows.truth, rows.scores, level),
            "brier": several.brier(rows.truth, rows.scores, level),
        })  # fmt: skip
    found.add(several.decided(counts, level))
