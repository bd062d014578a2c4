"""Rows made to compare the sum with scikit-learn, before the sum is used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Predictor

from fairlead_sklearn.additive.features import Level
from fairlead_sklearn.additive.folded import Folded

_ROWS, _SEED, _TOLERANCE = 48, 7, 1e-9
_NEVER = "\u0000 a level that nobody has"


def agree(found: Predictor, folded: Folded, names: Sequence[str], library: Predictor) -> bool:
    """True when both give the same on rows with all that either takes: levels, unknown ones, missing values."""
    table = _rows(folded, names)
    wanted, given = library.predict(table), found.predict(table)
    return all(
        given[name].tolist() == values.tolist()
        if values.dtype == object
        else np.allclose(given[name], values, rtol=_TOLERANCE, atol=_TOLERANCE)
        for name, values in wanted.items()
    )


def _rows(folded: Folded, names: Sequence[str]) -> dict[str, Any]:
    dice = np.random.default_rng(_SEED)
    table: dict[str, Any] = {name: np.zeros(_ROWS) for name in names}
    for place, column in enumerate(folded.numbers):
        table[names[column]] = _numbers(folded, place, dice)
    for column, texts in folded.texts.items():
        levels: list[Level] = [level for level in texts.levels if level is not None]
        levels += [None] if texts.takes(None) else []
        levels += [_NEVER] if texts.takes(_NEVER) else []
        picked = [levels[place % len(levels)] for place in dice.permutation(max(_ROWS, len(levels)))[:_ROWS]]
        table[names[column]] = np.array(picked, dtype=object)
    return table


def _numbers(folded: Folded, place: int, dice: np.random.Generator) -> Any:
    # Of the size at which this column moves the scores by about one, around where the scores are about nothing.
    weight = float(np.abs(folded.weights[:, place]).max())
    steepest = place == int(np.abs(folded.weights).max(axis=0).argmax())
    centre = -float(folded.bias[0] / folded.weights[0, place]) if steepest and folded.weights[0, place] else 0.0
    values = dice.normal(size=_ROWS) / (weight or 1.0) + centre
    if not np.isnan(folded.missing[:, place]).any():
        values[dice.random(_ROWS) < 0.1] = np.nan
    return values
