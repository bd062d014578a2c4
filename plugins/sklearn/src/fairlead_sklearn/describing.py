"""The card of a skops file, from its schema alone."""

from typing import Literal

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_sklearn.schema import DamagedError, Node, types
from fairlead_sklearn.trusted import trusted

FRAMEWORK = "scikit-learn"
_NAMED = 5
_DEPTH = 20
_SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
_INNER = {**dict.fromkeys(_SEARCHES, "best_estimator_"), "FrozenEstimator": "estimator", "RFE": "estimator_"}
_INNER["RFECV"] = "estimator_"
_WITH_CLASSES = ("estimator_", "label_binarizer_", "best_estimator_", "estimator")


def check_types(root: Node) -> list[str]:
    """The types in the file, when every one of them is trusted. Raises: UnreadableArtifactError naming the others."""
    found = {name for loader, name in types(root) if loader != "JsonNode"}
    foreign = sorted(found - trusted().keys())
    if not foreign:
        return sorted(found)
    if any("<lambda>" in name or "<locals>" in name or name.startswith("__main__.") for name in foreign):
        why = "Functions and classes of your own cannot be carried as data"
    else:
        why = "Only scikit-learn's, numpy's and scipy's own types can be carried as data"
    more = f" and {len(foreign) - _NAMED} more" if len(foreign) > _NAMED else ""
    raise UnreadableArtifactError(
        f"The model holds {', '.join(foreign[:_NAMED])}{more}, which skops files may not. {why}: build the model"
        " without them, or have a trusted publisher save it with the adapter sklearn-joblib."
    )


def described(root: Node, adapter: str) -> ModelCard:
    """The card. Raises: UnreadableArtifactError, DamagedError."""
    model = _final(root)
    task = _task(model)
    version = _text(root, "_sklearn_version") or _text(model, "_sklearn_version")
    if version is None:
        raise DamagedError("the version of scikit-learn is missing")
    return ModelCard(
        adapter=adapter, framework=FRAMEWORK, framework_version=version, trust="data", task=task,
        inputs=_inputs(root), classes=_classes(model) if task == "classification" else (),
        requirements=(f"{FRAMEWORK}=={version}",),
    )  # fmt: skip


def _final(node: Node) -> Node:
    for _ in range(_DEPTH):
        name = node.type.rpartition(".")[2]
        if name == "Pipeline":
            node = _steps(node)[-1]
        elif name in _INNER and (inner := node.attribute(_INNER[name])) is not None:
            node = inner
        else:
            return node
    raise DamagedError("estimators in estimators without end")


def _steps(pipeline: Node) -> list[Node]:
    steps = pipeline.attribute("steps")
    found = [step.items()[1] for step in steps.items() if len(step.items()) == 2] if steps else []
    if not found:
        raise DamagedError("a pipeline without steps")
    return found


def _task(model: Node) -> Literal["classification", "regression"]:
    kind, name = trusted().get(model.type, ""), model.type.rpartition(".")[2]
    if kind == "classifier":
        return "classification"
    if kind == "labels-only":
        raise UnreadableArtifactError(f"{name} gives no probabilities; wrap it in CalibratedClassifierCV.")
    if kind == "regressor":
        outputs = model.attribute("n_outputs_")
        if outputs is not None and outputs.value() != 1:
            raise UnreadableArtifactError(f"{name} gives several outputs a row; register one model for each.")
        return "regression"
    raise UnreadableArtifactError(f"{name} is neither a classifier nor a regressor, so there is nothing to score.")


def _inputs(root: Node) -> tuple[str, ...]:
    node: Node | None = root
    for _ in range(_DEPTH):
        if node is None:
            return ()
        if (names := node.attribute("feature_names_in_")) is not None:
            return names.texts()
        name = node.type.rpartition(".")[2]
        node = _steps(node)[0] if name == "Pipeline" else node.attribute(_INNER.get(name, ""))
    return ()


def _classes(model: Node) -> tuple[str, ...]:
    node: Node | None = model
    for _ in range(_DEPTH):
        if node is None:
            break
        if (classes := node.attribute("classes_")) is not None:
            if classes.type != "numpy.ndarray":
                raise UnreadableArtifactError("The classifier gives several labels a row; register one model for each.")
            return _several(classes.texts())
        node = next((inner for name in _WITH_CLASSES if (inner := node.attribute(name)) is not None), None)
    raise DamagedError("a classifier without classes; is it fitted?")


def _several(classes: tuple[str, ...]) -> tuple[str, ...]:
    if len(classes) < 2:
        raise UnreadableArtifactError("The classifier was fitted on one class only.")
    return classes


def _text(node: Node, name: str) -> str | None:
    found = node.attribute(name)
    value = found.value() if found is not None else None
    return value if isinstance(value, str) else None
