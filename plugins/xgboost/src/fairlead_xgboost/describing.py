"""The card of a model, from its file's own fields."""

from typing import Any, Literal

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.levels import levels

_CLASSIFIERS = ("binary:", "multi:")


def described(saved: dict[str, Any], adapter: str) -> ModelCard:
    """The card. Raises: UnreadableArtifactError."""
    try:
        return _card(saved, adapter)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnreadableArtifactError("This is no XGBoost model, or a damaged one.") from error


def _card(saved: dict[str, Any], adapter: str) -> ModelCard:
    learner = saved["learner"]
    sizes, objective = learner["learner_model_param"], learner["objective"]["name"]
    version = ".".join(str(int(each)) for each in _listed(saved["version"]))
    inputs = tuple(learner.get("feature_names") or ())
    if inputs and len(inputs) != int(sizes["num_feature"]):
        raise ValueError("names and features differ in number")
    if int(sizes.get("num_target", 1)) > 1:
        raise UnreadableArtifactError("The model gives several outputs a row; register one model for each.")
    if objective == "binary:logitraw":
        raise UnreadableArtifactError("binary:logitraw gives no probabilities; train with binary:logistic.")
    levels(learner)
    task: Literal["classification", "regression"] = (
        "classification" if objective.startswith(_CLASSIFIERS) else "regression"
    )
    count = max(int(sizes["num_class"]), 2) if task == "classification" else 0
    return ModelCard(
        adapter=adapter, framework="xgboost", framework_version=version, trust="data", task=task, inputs=inputs,
        classes=tuple(str(each) for each in range(count)), requirements=(f"xgboost=={version}",),
    )  # fmt: skip


def _listed(values: Any) -> list[Any]:
    found: list[Any] = values if isinstance(values, list) else values.tolist()
    return found
