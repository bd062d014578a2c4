"""What a model is, from what its class says of itself and from what it answers for an example."""

import platform
from collections.abc import Iterable
from typing import Any

from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_python.answers import CHANCE, as_promised, columns_of


def card_of(model: Any, example: Table | None, requirements: tuple[str, ...]) -> ModelCard:
    """The card of an object with `predict`.

    `inputs` and `classes` are taken from attributes of these names. Else the inputs are the example's columns, and the
    classes those that probabilities are given for. Raises: UnreadableArtifactError when the model gives no predictions.
    """
    if not callable(getattr(model, "predict", None)):
        raise UnreadableArtifactError(f"{type(model).__name__} has no method predict(table).")
    inputs, classes = _texts(model, "inputs"), _texts(model, "classes")
    if len(classes) == 1:
        raise UnreadableArtifactError("`classes` names one class, and a classifier has two or more.")
    if example is not None:
        inputs = inputs or tuple(example)
        classes = _tried(model, {name: example[name] for name in inputs if name in example}, classes)
    return ModelCard(
        adapter="python", framework="python", framework_version=platform.python_version(), trust="code",
        task="classification" if classes else "regression", inputs=inputs, classes=classes, requirements=requirements,
    )  # fmt: skip


def _tried(model: Any, example: Table, classes: tuple[str, ...]) -> tuple[str, ...]:
    rows = len(next(iter(example.values()), ()))
    try:
        answer = model.predict(example)
    except Exception as error:  # the author's own code, in the author's own process
        raise UnreadableArtifactError(
            f"predict fails for the first {rows} rows of the training data: {type(error).__name__}: {error}"
        ) from error
    columns = columns_of(answer, rows)
    if not classes:
        classes = tuple(name.removeprefix(CHANCE) for name in columns if name.startswith(CHANCE))
    if not classes and ("label" in columns or "probability" in columns):
        raise UnreadableArtifactError(
            'A classifier says `classes = ("no", "yes")`: its labels, as texts, in the order of their probabilities;'
            " `probability` is that of the last. Or it gives a `probability_{class}` for each."
        )
    given = as_promised(columns, classes)
    unknown = sorted({*given["label"].tolist()} - {*classes})[:5] if classes else []
    if unknown:
        raise UnreadableArtifactError(f"predict gives the labels {', '.join(unknown)}, which `classes` does not name.")
    return classes


def _texts(model: Any, name: str) -> tuple[str, ...]:
    said = getattr(model, name, ())
    texts = () if isinstance(said, str) or not isinstance(said, Iterable) else tuple(str(each) for each in said)
    if (not texts and said != ()) or len(set(texts)) < len(texts):
        raise UnreadableArtifactError(f"`{name}` of the model is no sequence of different texts.")
    return texts
