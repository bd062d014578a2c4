"""The model's file, found and read without onnxruntime: its graph, inputs, outputs and classes.

Field numbers are those of onnx.proto3, which ONNX never changes.
"""

from dataclasses import dataclass
from pathlib import Path

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.wire import Fields, WireError

MODEL = "model.onnx"
FLOAT, INT32, INT64, STRING, BOOL, DOUBLE = 1, 6, 7, 8, 9, 11
_IR, _GRAPH, _OPSETS, _FUNCTIONS = 1, 7, 8, 25
_HEAD = 256


@dataclass(frozen=True)
class Port:
    """An input or output: its tensor type, and its dimensions, None where any number goes.

    `maps` says that a list of dictionaries comes out, as scikit-learn's converter makes of probabilities.
    """

    name: str
    type: int
    shape: tuple[int | None, ...] | None
    maps: bool = False


class Model:
    """A model's fields."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.whole = Fields(memoryview(data))
        graph = self.whole.message(_GRAPH)
        if graph is None or _OPSETS not in self.whole or _IR not in self.whole:
            raise WireError("a part is missing")
        self.graph, self.nodes = graph, graph.messages(1)
        self.functions = self.whole.messages(_FUNCTIONS)
        constants = {each.text(8) for each in graph.messages(5)}
        self.inputs = [port for each in graph.messages(11) if (port := _port(each)).name not in constants]
        self.outputs = [_port(each) for each in graph.messages(12)]

    @property
    def version(self) -> str:
        """The file format's version and that of the operators."""
        opsets = {each.text(1): each.whole(2) for each in self.whole.messages(_OPSETS)}
        return f"ir{self.whole.whole(_IR)}-opset{opsets.get('', opsets.get('ai.onnx', 0))}"

    def source(self, output: str) -> Fields | None:
        """The node that an output comes from, past those that only change its shape."""
        for _ in range(len(self.nodes)):
            node = next((each for each in self.nodes if output in each.texts(2)), None)
            if node is None or node.text(4) not in ("Identity", "Cast", "Reshape", "Squeeze", "Flatten"):
                return node
            output = node.texts(1)[0]
        return None


def recognised(folder: Path) -> bool:
    """True when model.onnx begins as a model does: a message with the format's version first."""
    try:
        with (folder / MODEL).open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    # Field 1, a whole number from 3 on; then any other field of the model.
    return len(head) > 3 and head[0] == 0x08 and 3 <= head[1] <= 64 and head[2] >> 3 in (2, 3, 4, 5, 6, 7, 8, 14)


def read(folder: Path) -> Model:
    """The model in the folder. Raises: UnreadableArtifactError."""
    try:
        return Model((folder / MODEL).read_bytes())
    except (OSError, ValueError, IndexError, RecursionError) as error:
        raise UnreadableArtifactError(f"{MODEL} is no ONNX model, or a damaged one.") from error


def _port(value: Fields) -> Port:
    name, kind = value.text(1), value.message(2)
    if kind is not None and (tensor := kind.message(1)) is not None:
        shape = tensor.message(2)
        return Port(name, tensor.whole(1), None if shape is None else tuple(map(_dimension, shape.messages(1))))
    inner = kind.message(4) if kind is not None else None
    element = inner.message(1) if inner is not None else None
    mapped = element.message(5) if element is not None else None
    return Port(name, mapped.whole(1) if mapped is not None else 0, None, maps=mapped is not None)


def _dimension(value: Fields) -> int | None:
    return value.whole(1) if 1 in value and value.whole(1) >= 0 else None
