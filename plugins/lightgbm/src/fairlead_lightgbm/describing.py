"""The card of a model, from its file's own fields."""

import re
from typing import Any, Literal, TypeAlias

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_lightgbm.model_file import ModelText

_VERSION = re.compile(r"v\d+")
_SEVERAL = ("multiclass", "multiclassova")
_REGRESSORS = frozenset(
    (
        "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
        "cross_entropy", "cross_entropy_lambda", "lambdarank", "rank_xendcg", "",
    )
)  # fmt: skip
Codes: TypeAlias = dict[Any, int]
"""Each level's code, the number that the trees know it by."""


def described(model: ModelText, adapter: str) -> ModelCard:
    """The card. Raises: UnreadableArtifactError."""
    try:
        return _card(model, adapter)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise UnreadableArtifactError("This is no LightGBM model, or a damaged one.") from error


def _card(model: ModelText, adapter: str) -> ModelCard:
    version, names = model.header["version"], model.names
    if not _VERSION.fullmatch(version) or len(names) != int(model.header["max_feature_idx"]) + 1:
        raise ValueError("an unknown version, or names and features differ in number")
    made_up = names == [f"Column_{place}" for place in range(len(names))]
    levels(model)
    return ModelCard(
        adapter=adapter, framework="lightgbm", framework_version=version, trust="data", task=_task(model),
        inputs=() if made_up else tuple(names), classes=_classes(model), requirements=("lightgbm>=4.6",),
    )  # fmt: skip


def _task(model: ModelText) -> Literal["classification", "regression"]:
    if model.objective == "binary" or model.objective in _SEVERAL:
        return "classification"
    if model.objective not in _REGRESSORS or int(model.header["num_class"]) > 1:
        raise UnreadableArtifactError(
            f"What the objective {model.objective or 'of its own'} gives is not known: train the model with one of"
            " LightGBM's, or serve it as a Python model."
        )
    return "regression"


def _classes(model: ModelText) -> tuple[str, ...]:
    if _task(model) == "regression":
        return ()
    count = int(model.header["num_class"]) if model.objective in _SEVERAL else 2
    if not 2 <= count <= len(model.trees) + 2 or len(model.classes) not in (0, count):
        raise ValueError("the classes are not as many as the scores")
    return model.classes or tuple(str(each) for each in range(count))


def levels(model: ModelText) -> dict[int, Codes]:
    """By feature, the codes of its levels; features that are numbers are not in it.

    Raises: UnreadableArtifactError when the file does not say which features the levels are of; TypeError, ValueError
    when it is damaged.
    """
    if not model.levels:
        return {}
    places = [int(place) for place in model.parameters.get("categorical_feature", "").split(",") if place]
    if len(places) != len(model.levels) or not all(0 <= place < len(model.names) for place in places):
        raise UnreadableArtifactError(
            "The model was trained on a data frame with pandas' categories of which some are ordered, or were not named"
            " in categorical_feature, and its file does not say which: leave categorical_feature alone, and make"
            " ordered categories numbers."
        )
    found = zip(sorted(places), model.levels, strict=True)
    return {place: {level: code for code, level in enumerate(each)} for place, each in found}
