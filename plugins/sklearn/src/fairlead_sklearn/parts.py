"""The estimators inside an estimator, and making a loaded one ready to serve."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

_CONTAINERS = (list, tuple, set)
_BY_NAME = frozenset(
    (
        "ColumnTransformer", "FunctionTransformer", "OneHotEncoder", "OrdinalEncoder", "TargetEncoder",
        "KBinsDiscretizer", "CountVectorizer", "TfidfVectorizer", "HashingVectorizer", "FeatureHasher",
        "DictVectorizer",
    )
)  # fmt: skip


def parts(model: Any) -> Iterator[Any]:
    """The model and every object of scikit-learn, or estimator of anyone, inside it, each once."""
    left, seen = [model], set[int]()
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, dict):
            left += each.values()
        elif isinstance(each, _CONTAINERS):
            left += each
        elif isinstance(each, np.ndarray):
            left += each.ravel().tolist() if each.dtype == object else ()
        elif _is_part(each):
            yield each
            left += getattr(each, "__dict__", {}).values()


def _is_part(each: Any) -> bool:
    return type(each).__module__.startswith("sklearn.") or hasattr(type(each), "get_params")


def single_threaded(model: Any) -> None:
    """One job everywhere: sums of floats in a fixed order, and no pool of threads for a single row."""
    for each in parts(model):
        if getattr(each, "__dict__", {}).get("n_jobs") is not None:
            each.n_jobs = 1


def takes_names(model: Any) -> bool:
    """True when some part of the model picks columns by name or type, or is not scikit-learn's own."""
    return any(
        type(each).__name__ in _BY_NAME
        or not type(each).__module__.startswith("sklearn.")
        or "_sklearn_output_config" in getattr(each, "__dict__", {})
        for each in parts(model)
    )


def forget_names(model: Any) -> None:
    """Take a matrix in the columns' order from now on: making a data frame can cost more than scoring."""
    for each in parts(model):
        getattr(each, "__dict__", {}).pop("feature_names_in_", None)


def missing_text(model: Any) -> Any:
    """What a missing text was when the model was fitted: None or NaN; to scikit-learn these are two levels.

    Raises: UnreadableArtifactError when parts of the model disagree.
    """
    markers = set()
    for each in parts(model):
        state = getattr(each, "__dict__", {})
        if "missing_values" in state and state["missing_values"] is None:
            markers.add("None")
        for levels in state.get("categories_", ()):
            listed = levels.tolist() if isinstance(levels, np.ndarray) and levels.dtype == object else ()
            markers |= {"None" if level is None else "NaN" for level in listed if not isinstance(level, str)}
    if len(markers) > 1:
        raise UnreadableArtifactError(
            "To this model a missing text is None in one column and NaN in another, so it cannot be told which is"
            " meant: fit it on a data frame, where every missing text is NaN."
        )
    return None if markers == {"None"} else np.nan
