"""The card of a model, from its graph: what goes in, what comes out, and which classes there are."""

from dataclasses import dataclass
from typing import Literal

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.model_file import BOOL, DOUBLE, FLOAT, INT32, INT64, STRING, Model, Port
from fairlead_onnx.wire import Fields

_NUMBERS = (FLOAT, DOUBLE)
_COLUMNS = (FLOAT, DOUBLE, INT32, INT64, BOOL, STRING)
_LABELS = ("classlabels_strings", "classlabels_ints", "classlabels_int64s")


@dataclass(frozen=True)
class Plan:
    """How a table goes in and what comes out. `matrix`: one input takes all columns, `width` of them where it says.

    `scores` holds probabilities, or the number of a regressor; `label` is None where the likeliest class is the label.
    """

    task: Literal["classification", "regression"]
    matrix: bool
    width: int | None
    scores: Port
    label: Port | None
    classes: tuple[str, ...]


def described(model: Model, adapter: str) -> tuple[ModelCard, Plan]:
    """The card and the plan. Raises: UnreadableArtifactError, ValueError, IndexError, KeyError."""
    plan = _plan(model)
    inputs = () if plan.matrix else tuple(port.name for port in model.inputs)
    card = ModelCard(
        adapter=adapter, framework="onnx", framework_version=model.version, trust="data", task=plan.task,
        inputs=inputs, classes=plan.classes, requirements=("onnxruntime>=1.23",),
    )  # fmt: skip
    return card, plan


def _plan(model: Model) -> Plan:
    matrix, width = _inputs(model.inputs)
    labels = [port for port in model.outputs if port.type in (INT64, STRING) and not port.maps]
    scores = [port for port in model.outputs if port not in labels]
    if len(labels) > 1 or len(scores) > 1:
        raise UnreadableArtifactError("The model has several outputs; export one model for each.")
    if not scores or not (scores[0].maps or scores[0].type in _NUMBERS):
        raise UnreadableArtifactError("The model gives labels and no probabilities; export it with both.")
    columns = _columns(scores[0])
    if labels:
        return Plan("classification", matrix, width, scores[0], labels[0], _classes(model, scores[0], labels[0]))
    source = model.source(scores[0].name)
    last = source.text(4) if source is not None else ""
    if last == "Softmax" and columns and columns > 1:
        return Plan("classification", matrix, width, scores[0], None, tuple(map(str, range(columns))))
    if last == "Sigmoid" and columns == 1:
        return Plan("classification", matrix, width, scores[0], None, ("0", "1"))
    if columns is not None and columns != 1:
        raise UnreadableArtifactError(
            f"The model gives {columns} numbers a row: end a classifier with Softmax, and export one model for each"
            " output of a regressor."
        )
    return Plan("regression", matrix, width, scores[0], None, ())


def _inputs(ports: list[Port]) -> tuple[bool, int | None]:
    for port in ports:
        if port.type not in _COLUMNS or port.shape is None or len(port.shape) not in (1, 2):
            raise UnreadableArtifactError(f"Input {port.name} takes no columns of numbers, truth values or texts.")
        if port.shape[0] is not None:
            raise UnreadableArtifactError(
                f"Input {port.name} takes exactly {port.shape[0]} rows: export it with a dynamic first dimension."
            )
    if not ports:
        raise UnreadableArtifactError("The model has no inputs.")
    if len(ports) == 1 and len(ports[0].shape or ()) == 2:
        return True, (ports[0].shape or (None, None))[1]
    wide = [port.name for port in ports if (port.shape or ())[1:] not in ((), (1,))]
    if wide:
        raise UnreadableArtifactError(
            f"Input {wide[0]} takes several columns beside other inputs: export one input for all, or one for each."
        )
    return False, None


def _columns(port: Port) -> int | None:
    if port.shape is None or port.maps:
        return None
    return 1 if len(port.shape) == 1 else port.shape[-1]


def _classes(model: Model, scores: Port, label: Port) -> tuple[str, ...]:
    columns = _columns(scores)
    found = [classes for node in model.nodes if (classes := _labels(node))] + [
        _listed(tensor) for tensor in model.graph.messages(5) if tensor.text(8).startswith("classes")
    ]
    fitting = [each for each in found if len(each) >= 2 and columns in (None, len(each))]
    if fitting:
        return fitting[-1]
    if label.type == INT64 and columns is not None and columns >= 2:
        return tuple(map(str, range(columns)))
    raise UnreadableArtifactError("The model does not name its classes; export it with zipmap, which does.")


def _listed(tensor: Fields) -> tuple[str, ...]:
    # scikit-learn's converter keeps the labels in a constant of this name where no operator holds them.
    raw = b"".join(bytes(each) for each in tensor.slices(9))
    size = 8 if tensor.whole(2) == INT64 else 4
    packed = [int.from_bytes(raw[at : at + size], "little", signed=True) for at in range(0, len(raw), size)]
    numbers = tensor.wholes(7) or tensor.wholes(5) or packed
    return tuple(tensor.texts(6)) or tuple(map(str, numbers))


def _labels(node: Fields) -> tuple[str, ...]:
    for attribute in node.messages(5):
        if attribute.text(1) in _LABELS:
            return tuple(attribute.texts(9)) or tuple(map(str, attribute.wholes(8)))
    return ()
