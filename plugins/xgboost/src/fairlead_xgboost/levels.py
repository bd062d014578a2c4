"""The levels of categorical features, as XGBoost 3.1 and newer keep them in the model."""

from itertools import pairwise
from typing import Any, TypeAlias

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.model_file import numbers

Codes: TypeAlias = dict[str, int] | dict[int, int]
"""Each level's code, the number that the trees know it by: levels are texts, or whole numbers."""


def levels(learner: dict[str, Any]) -> dict[int, Codes]:
    """By feature, the codes of its levels; features that are numbers are not in it.

    Raises: UnreadableArtifactError when a categorical feature's levels are not in the file; TypeError, KeyError,
    ValueError when the file is damaged.
    """
    types = learner.get("feature_types") or []
    categorical = [place for place, kind in enumerate(types) if kind == "c"]
    if not categorical:
        return {}
    kept = _model(learner["gradient_booster"]).get("cats", {}).get("enc", [])
    found = {place: _codes(kept[place]) for place in categorical if place < len(kept)}
    if len(found) < len(categorical) or not all(found.values()):
        raise UnreadableArtifactError(
            "The model has categorical features, and its file does not hold their levels: train it on a data frame with"
            " pandas' category type, and save it with XGBoost 3.1 or newer."
        )
    return found


def _model(booster: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (booster["gbtree"] if "gbtree" in booster else booster)["model"]
    return found


def _codes(encoded: dict[str, Any]) -> Codes:
    values = numbers(encoded.get("values", []))
    if "offsets" not in encoded:
        return {int(level): code for code, level in enumerate(values)}
    ends = numbers(encoded["offsets"])
    data = bytes(value & 0xFF for value in values)
    if not data.isascii():
        # XGBoost 3.2 counts a data frame's levels in characters and stores as many bytes, so these come out cut.
        raise UnreadableArtifactError(
            "A categorical feature has levels with letters beyond ASCII, which XGBoost does not keep intact: train it"
            " on levels in plain ASCII, or on their numbers."
        )
    pairs = list(pairwise(ends))
    if any(not 0 <= start <= end <= len(data) for start, end in pairs):
        raise ValueError("levels outside of their text")
    return {data[start:end].decode(): code for code, (start, end) in enumerate(pairs)}
