"""What each transformer of scikit-learn does to the features, one at a time."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from fairlead_sklearn.additive.features import NAN, Coded, Feature, Level, NotAdditiveError, Number, Raw, number


def through(step: Any, features: Sequence[Feature]) -> list[Feature]:
    """The features after a fitted step. Raises: NotAdditiveError."""
    if step is None or (isinstance(step, str) and step == "passthrough"):
        return list(features)
    known = _STEPS.get(type(step).__name__)
    if known is None or not type(step).__module__.startswith("sklearn."):
        raise NotAdditiveError(type(step).__name__)
    if len(features) != getattr(step, "n_features_in_", len(features)):
        raise NotAdditiveError("another number of columns")
    return known(step, features)


def _pipeline(step: Any, features: Sequence[Feature]) -> list[Feature]:
    found = list(features)
    for _, each in step.steps:
        found = through(each, found)
    return found


def _columns(step: Any, features: Sequence[Feature]) -> list[Feature]:
    found: list[Feature] = []
    for name, each, _ in step.transformers_:
        if not (isinstance(each, str) and each == "drop"):
            places = step._transformer_to_input_indices[name]
            found += through(each, [features[place] for place in places])
    return found


def _union(step: Any, features: Sequence[Feature]) -> list[Feature]:
    weights = step.transformer_weights or {}
    found: list[Feature] = []
    for name, each in step.transformer_list:
        if not (isinstance(each, str) and each == "drop"):
            found += [number(one).scaled(weights.get(name, 1.0), 0.0) for one in through(each, features)]
    return found


def _affine(features: Sequence[Feature], minus: Any, over: Any, plus: Any = None) -> list[Feature]:
    count = len(features)
    minus, over, plus = (_each(values, count, default) for values, default in ((minus, 0.0), (over, 1.0), (plus, 0.0)))
    return [
        number(feature).scaled(1 / over[place], plus[place] - minus[place] / over[place])
        for place, feature in enumerate(features)
    ]


def _each(values: Any, count: int, default: float) -> list[float]:
    return [default] * count if values is None else [float(each) for each in np.broadcast_to(values, count)]


def _min_max(step: Any, features: Sequence[Feature]) -> list[Feature]:
    if step.clip:
        raise NotAdditiveError("clipped")
    return _affine(features, None, 1 / step.scale_, step.min_)


def _impute(step: Any, features: Sequence[Feature]) -> list[Feature]:
    marker = step.missing_values
    if step.add_indicator or not (marker is None or (isinstance(marker, float) and math.isnan(marker))):
        raise NotAdditiveError("indicators, or numbers for missing")
    if len(step.statistics_) != len(features):
        raise NotAdditiveError("columns without any value")
    return [_imputed(feature, value) for feature, value in zip(features, step.statistics_, strict=True)]


def _imputed(feature: Feature, value: Any) -> Feature:
    if isinstance(value, str):
        if not isinstance(feature, Raw):
            raise NotAdditiveError("texts in numbers")
        return feature if feature.missing is not None else Raw(feature.column, str(value))
    if isinstance(feature, Raw):
        feature = Number(feature.column)
    if not isinstance(feature, Number) or not math.isfinite(float(value)):
        raise NotAdditiveError("nothing to impute")
    return feature if not math.isnan(feature.missing) else Number(
        feature.column, feature.slope, feature.offset, float(value)
    )  # fmt: skip


def _one_hot(step: Any, features: Sequence[Feature]) -> list[Feature]:
    if step.handle_unknown not in ("error", "ignore") or step.min_frequency or step.max_categories:
        raise NotAdditiveError("infrequent levels")
    unknown = NAN if step.handle_unknown == "error" else 0.0
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(features)
    found: list[Feature] = []
    for feature, categories, drop in zip(features, step.categories_, dropped, strict=True):
        known = _levels(categories)
        kept = [level for place, level in enumerate(known) if place != drop]
        found += [_coded(feature, known, {level: 1.0}, unknown) for level in kept]
    return found


def _ordinal(step: Any, features: Sequence[Feature]) -> list[Feature]:
    if step.handle_unknown == "use_encoded_value" and not math.isfinite(float(step.unknown_value)):
        raise NotAdditiveError("unknown levels become missing numbers")
    if step.min_frequency or step.max_categories or any(None in _levels(each) for each in step.categories_):
        raise NotAdditiveError("infrequent or missing levels")
    unknown = NAN if step.handle_unknown == "error" else float(step.unknown_value)
    return [
        _coded(feature, known, {level: float(code) for code, level in enumerate(known)}, unknown)
        for feature, known in zip(features, map(_levels, step.categories_), strict=True)
    ]


def _coded(feature: Feature, known: tuple[Level, ...], levels: dict[Level, float], unknown: float) -> Coded:
    if not isinstance(feature, Raw):
        raise NotAdditiveError("levels of numbers")
    return Coded(feature.column, known, levels, 0.0, unknown, feature.missing)


def _levels(categories: Any) -> tuple[Level, ...]:
    listed = np.asarray(categories, dtype=object).tolist()
    found = tuple(None if each is None or each != each else each for each in listed)
    if not all(each is None or type(each) is str for each in found) or not any(found):
        raise NotAdditiveError("levels that are no texts")
    return found


def _chosen(step: Any, features: Sequence[Feature]) -> list[Feature]:
    return [feature for feature, kept in zip(features, step.get_support(), strict=True) if kept]


def _function(step: Any, features: Sequence[Feature]) -> list[Feature]:
    if step.func is not None:
        raise NotAdditiveError("a function")
    return list(features)


_SELECTORS = ("SelectKBest", "SelectPercentile", "SelectFpr", "SelectFdr", "SelectFwe", "VarianceThreshold")
_STEPS: dict[str, Callable[[Any, Sequence[Feature]], list[Feature]]] = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _columns,
    "FeatureUnion": _union,
    "StandardScaler": lambda step, features: _affine(features, step.mean_, step.scale_),
    "RobustScaler": lambda step, features: _affine(features, step.center_, step.scale_),
    "MaxAbsScaler": lambda step, features: _affine(features, None, step.scale_),
    "MinMaxScaler": _min_max,
    "SimpleImputer": _impute,
    "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal,
    "FunctionTransformer": _function,
    **dict.fromkeys(_SELECTORS, _chosen),
}
