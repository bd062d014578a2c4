"""Fitted scikit-learn transformers as steps of data: what they learnt is a few numbers and texts."""

from collections.abc import Callable
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_pipeline.steps import Calibrate, Fill, Isotonic, OneHot, Scale, Standardise, Transform
from fairlead_pipeline.transforming import key


def as_step(name: str, fitted: Any) -> Transform | Calibrate | None:
    """The step that does what the fitted object does; None when it is none of them.

    Raises: UnreadableArtifactError when it is a transformer, and no step does the same.
    """
    kind = type(fitted)
    if kind.__module__.partition(".")[0] != "sklearn":
        return None
    try:
        if kind.__name__ in _WAYS:
            return _WAYS[kind.__name__](fitted)
    except (AttributeError, _Otherwise) as error:
        why = error if isinstance(error, _Otherwise) else "it is not fitted on a table with named columns"
        raise UnreadableArtifactError(f"Step {name}: the {kind.__name__} is not taken: {why}.") from error
    except ValueError as error:
        raise UnreadableArtifactError(f"Step {name}: the {kind.__name__} is not taken: {error}") from error
    if hasattr(fitted, "transform") and not hasattr(fitted, "predict"):
        raise UnreadableArtifactError(
            f"Step {name}: a {kind.__name__} is no step of its own; there are {', '.join(_WAYS)}. Put it before its"
            " model in scikit-learn's own Pipeline, and give that as the step."
        )
    return None


class _Otherwise(Exception):  # noqa: N818  # a reason, told by its only reader
    """The object does something that no step does."""


def _standard(fitted: Any) -> Standardise:
    names = fitted.feature_names_in_
    means = fitted.mean_ if fitted.with_mean else [0.0] * len(names)
    scales = fitted.scale_ if fitted.with_std else [1.0] * len(names)
    return _scaled(names, means, scales)


def _min_max(fitted: Any) -> Standardise:
    # scikit-learn computes value * scale_ + min_.
    if fitted.clip:
        raise _Otherwise("it clips; use one without, and a step Clip")
    return _scaled(fitted.feature_names_in_, -fitted.min_ / fitted.scale_, 1 / fitted.scale_)


def _scaled(names: Any, means: Any, scales: Any) -> Standardise:
    found = zip(names, means, scales, strict=True)
    return Standardise(columns={str(each): Scale(mean=float(m), scale=float(s)) for each, m, s in found})


def _imputer(fitted: Any) -> Fill:
    if fitted.add_indicator or fitted.missing_values == fitted.missing_values:
        raise _Otherwise("it adds columns, or fills another value than a missing one")
    values = zip(fitted.feature_names_in_, fitted.statistics_, strict=True)
    return Fill(values={str(name): value if isinstance(value, str) else float(value) for name, value in values})


def _one_hot(fitted: Any) -> OneHot:
    if fitted.drop is not None or fitted.handle_unknown != "ignore" or fitted.min_frequency or fitted.max_categories:
        raise _Otherwise('it must keep every category and have handle_unknown="ignore", as the step does')
    names = zip(fitted.feature_names_in_, fitted.categories_, strict=True)
    if any(each is None or each != each for _, categories in names for each in categories):
        raise _Otherwise("a missing value is one of its categories; fill it first")
    names = zip(fitted.feature_names_in_, fitted.categories_, strict=True)
    return OneHot(columns={str(name): tuple(key(each) for each in values.tolist()) for name, values in names})


def _isotonic(fitted: Any) -> Calibrate:
    if fitted.out_of_bounds != "clip" or not fitted.increasing_:
        raise _Otherwise('it must be increasing and have out_of_bounds="clip"')
    at, gives = fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()
    return Calibrate(isotonic=Isotonic(at=tuple(at), gives=tuple(gives)))


_WAYS: dict[str, Callable[[Any], Transform | Calibrate]] = {
    "StandardScaler": _standard, "MinMaxScaler": _min_max, "SimpleImputer": _imputer, "OneHotEncoder": _one_hot,
    "IsotonicRegression": _isotonic,
}  # fmt: skip
