"""The card, from what the file says of its training."""

import re
from typing import Any

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_catboost.model_file import Model

_TWO = ("Logloss", "CrossEntropy")
SOFTMAX, EACH = "MultiClass", "MultiClassOneVsAll"
_SEVERAL = (SOFTMAX, EACH)
POSITIVE = ("Poisson", "Tweedie")
"""Objectives whose raw score is the logarithm of the prediction."""


def described(model: Model) -> ModelCard:
    """The card. Raises: UnreadableArtifactError for a model of a kind that has no outputs here."""
    loss, classes = loss_of(model), _classes(model)
    if loss in (*_TWO, *_SEVERAL):
        scores = 1 if loss in _TWO else len(classes)
        if len(classes) < 2 or scores != model.scores or (loss in _TWO and len(classes) != 2):
            raise UnreadableArtifactError("The model has another number of classes than of scores; is it whole?")
    elif classes:
        raise UnreadableArtifactError(
            f"The classifier was trained with the objective {loss[:60]}, whose scores are no probabilities: train it"
            f" with {', '.join((*_TWO, *_SEVERAL))}, or serve it as a Python model."
        )
    elif model.scores != 1:
        raise UnreadableArtifactError("The model gives several numbers a row; one is served.")
    names = tuple(feature.name for feature in model.features)
    found = re.search(r"tags/v([0-9][0-9.]*)", model.said["catboost_version_info"])
    version = found[1] if found else "unknown"
    return ModelCard(
        adapter="catboost", framework="catboost", framework_version=version, trust="data",
        task="classification" if classes else "regression", classes=classes,
        inputs=names if all(names) and len(set(names)) == len(names) else (),
        requirements=() if model.plain or not found else (f"catboost=={version}",),
    )  # fmt: skip


def loss_of(model: Model) -> str:
    """The objective's name."""
    loss: Any = model.said.get("params", {}).get("loss_function", {})
    return str(loss.get("type", "")) if isinstance(loss, dict) else ""


def _classes(model: Model) -> tuple[str, ...]:
    said = model.said.get("class_params", {})
    names = tuple(str(each) for each in said.get("class_names", ()))
    if not names and loss_of(model) in _TWO:
        return ("0", "1")
    if len(set(names)) != len(names):
        raise UnreadableArtifactError("Two classes of the model are written alike.")
    return names
