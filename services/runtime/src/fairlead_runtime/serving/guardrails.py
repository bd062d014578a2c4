"""Guardrails over a batch: which rows each of them meets, and what becomes of these."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.facts.guardrails import Guardrail
from fairlead_drift import Baseline
from fairlead_drift.features import Numeric

from fairlead_runtime.protocol.cells import Array
from fairlead_runtime.protocol.outputs import Scores
from fairlead_runtime.protocol.rows import Batch

_UNCERTAIN, _SPARSE = 0.6, 0.05
Met = Callable[[Batch, Scores, int], Array]


@dataclass(frozen=True)
class Meeting:
    """A guardrail that met rows of a batch; `rows` is true at each of them."""

    guardrail: Guardrail
    rows: Array


class Guardrails:
    """The guardrails of a deployment, with their bounds from the baseline.

    Raises: UnreadableArtifactError for one that this model and its baseline give nothing to go by.
    """

    def __init__(self, guardrails: Sequence[Guardrail], baseline: Baseline, outputs: Mapping[str, str]) -> None:
        self._outputs = outputs
        self._rules = [(each, self._met(each, baseline)) for each in guardrails]
        self.counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._rules)

    def look(self, batch: Batch, scores: Scores, rows: int) -> list[Meeting]:
        """The guardrails that meet rows of a batch, in the order of the spec."""
        met = [Meeting(each, rule(batch, scores, rows)) for each, rule in self._rules]
        return [each for each in met if each.rows.any()]

    def override(self, meetings: Sequence[Meeting], scores: Scores) -> None:
        """Put the values of overriding guardrails in place of the model's; the first one in the spec decides."""
        for meeting in reversed(meetings):
            if meeting.guardrail.action == "override":
                name = self._overridden()
                column = scores.table[name].copy()
                value = meeting.guardrail.value
                if self._outputs[name] == "BYTES":
                    column = column.astype(object)
                    column[meeting.rows] = value
                else:
                    column[meeting.rows] = float(value or 0)
                scores.put(name, column)

    def count(self, meetings: Sequence[Meeting]) -> None:
        """Count the rows that were met, for telemetry."""
        for each in meetings:
            self.counts[f"{each.guardrail.rule}:{each.guardrail.action}"] += int(each.rows.sum())

    def take(self) -> dict[str, int]:
        """The counts since the last call."""
        taken, self.counts = dict(self.counts), Counter()
        return taken

    def _overridden(self) -> str:
        return "label" if "label" in self._outputs else "prediction"

    def _met(self, guardrail: Guardrail, baseline: Baseline) -> Met:
        if guardrail.action == "override":
            self._hold_value(guardrail)
        if guardrail.rule == "uncertain":
            return self._uncertain(guardrail.below or _UNCERTAIN)
        numeric = guardrail.rule != "unseen-category"
        known = {each.name: each for each in baseline.features if isinstance(each, Numeric) == numeric}
        names = guardrail.columns or tuple(known)
        if missing := [name for name in names if name not in known]:
            kind = "number" if numeric else "category"
            raise _unfit(guardrail, f"the baseline has no {kind} {missing[0]}")
        if not names:
            raise _unfit(guardrail, "the baseline has no such column")
        if guardrail.rule == "unseen-category":
            return _unseen(names, baseline)
        features = [each for name in names if isinstance(each := known[name], Numeric)]
        if guardrail.rule == "out-of-range":
            return _outside(features, guardrail)
        return _sparse(features, guardrail.below or _SPARSE)

    def _hold_value(self, guardrail: Guardrail) -> None:
        if self._overridden() not in self._outputs:
            raise _unfit(guardrail, "the model gives neither a label nor a prediction to override")
        if self._outputs[self._overridden()] != "BYTES":
            try:
                float(guardrail.value or "")
            except ValueError:
                raise _unfit(guardrail, "the value must be a number, as the prediction is one") from None

    def _uncertain(self, below: float) -> Met:
        names = [name for name in self._outputs if name == "probability" or name.startswith("probability_")]
        if not names:
            raise UnreadableArtifactError("The guardrail uncertain needs a model that gives probabilities.")

        def met(_batch: Batch, scores: Scores, _rows: int) -> Array:
            values = np.stack([scores.table[name] for name in names])
            best = np.maximum(values[0], 1.0 - values[0]) if names == ["probability"] else values.max(axis=0)
            certain: Array = best >= below
            return ~certain  # what is no number is not certain either

        return met


def _unfit(guardrail: Guardrail, why: str) -> UnreadableArtifactError:
    return UnreadableArtifactError(f"The guardrail {guardrail.rule} does not fit this version: {why}.")


def _outside(features: Sequence[Numeric], guardrail: Guardrail) -> Met:
    bounds = [
        (
            each.name,
            each.low if guardrail.low is None else guardrail.low,
            each.high if guardrail.high is None else guardrail.high,
        )
        for each in features
    ]

    def met(batch: Batch, _scores: Scores, rows: int) -> Array:
        found = np.zeros(rows, dtype=bool)
        for name, low, high in bounds:
            found |= (batch.table[name] < low) | (batch.table[name] > high)
        return found

    return met


def _unseen(names: Sequence[str], baseline: Baseline) -> Met:
    new = {each.name: each.codes.new for each in baseline.categorical}

    def met(batch: Batch, _scores: Scores, rows: int) -> Array:
        found = np.zeros(rows, dtype=bool)
        for name in names:
            found |= baseline.encode(name, batch.table[name]) == new[name]
        return found

    return met


def _sparse(features: Sequence[Numeric], below: float) -> Met:
    bins = [(each.name, np.array([each.low, *each.edges]), each.high, _sparse_bins(each, below)) for each in features]

    def met(batch: Batch, _scores: Scores, rows: int) -> Array:
        found = np.zeros(rows, dtype=bool)
        for name, starts, high, sparse in bins:
            values = np.asarray(batch.table[name], dtype=np.float64)
            place = np.clip(np.searchsorted(starts, values, side="right") - 1, 0, len(sparse) - 1)
            # Outside of the range training had nothing at all; a missing value has no density.
            found |= np.where((values < starts[0]) | (values > high), True, sparse[place]) & ~np.isnan(values)
        return found

    return met


def _sparse_bins(feature: Numeric, below: float) -> Array:
    bounds = np.array([feature.low, *feature.edges, feature.high])
    counts = np.array(feature.counts[1 : len(bounds)], dtype=np.float64)
    widths, total, span = np.diff(bounds), counts.sum(), feature.high - feature.low
    if total == 0 or span == 0:
        return np.zeros(len(widths), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        density: Array = (counts / total) / (widths / span)
    return np.where(widths > 0, density < below, False)
