"""What a file may hold: its own numbers, as many as it says, and operators that onnxruntime brings along."""

import math
from collections.abc import Iterator

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.model_file import Model
from fairlead_onnx.wire import Fields

_DOMAINS = frozenset(("", "ai.onnx", "ai.onnx.ml"))
_DEPTH = 16
_SIZES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2}
"""Bytes of one element, by ONNX's number of its type; texts have no size, and other types are refused."""
_TEXT = 8
_LISTED = {1: (4, 4), 7: (7, 1), 11: (10, 8), 12: (11, 1), 13: (11, 1)}
"""Where elements that are not raw are listed, and how many bytes one takes at least; all others as field 5."""


def check_sound(model: Model) -> None:
    """Raises: UnreadableArtifactError naming what the file may not hold."""
    own = {(each.text(10), each.text(1)) for each in model.functions}
    for node in nodes(model):
        domain, name = node.text(7), node.text(4)
        if domain not in _DOMAINS and (domain, name) not in own:
            raise UnreadableArtifactError(
                f"The model uses the operator {name} of {domain[:60]!r}, which is no standard one: export it with"
                " the operators of ONNX (domains ai.onnx and ai.onnx.ml) alone."
            )
    for graph in _graphs(model):
        if graph in model.functions:
            continue
        if 15 in graph:
            raise UnreadableArtifactError("The model has sparse initializers, which can be far larger than the file.")
        for tensor in graph.messages(5):
            _check(tensor)


def _graphs(model: Model) -> Iterator[Fields]:
    left = [(model.graph, 0)] + [(function, 0) for function in model.functions]
    while left:
        graph, depth = left.pop()
        if depth > _DEPTH:
            raise UnreadableArtifactError(f"The model has graphs in graphs, more than {_DEPTH} deep.")
        yield graph
        for node in graph.messages(7 if graph in model.functions else 1):
            for attribute in node.messages(5):
                if 22 in attribute or 23 in attribute:
                    raise UnreadableArtifactError("The model has sparse tensors, which can be larger than the file.")
                for tensor in (*attribute.messages(5), *attribute.messages(10)):
                    _check(tensor)
                left += [(each, depth + 1) for each in (*attribute.messages(6), *attribute.messages(11))]


def nodes(model: Model) -> Iterator[Fields]:
    """Every node, also those of graphs in graphs and of functions."""
    for graph in _graphs(model):
        yield from graph.messages(7 if graph in model.functions else 1)


def _check(tensor: Fields) -> None:
    name = tensor.text(8) or "a constant"
    if 13 in tensor or tensor.whole(14) != 0:
        raise UnreadableArtifactError(
            f"The model keeps {name[:60]} in another file: save it as one file (save_as_external_data=False)."
        )
    dims, kind = tensor.wholes(1), tensor.whole(2)
    size = math.prod(dims) if all(each >= 0 for each in dims) else -1
    if size < 0 or not _fits(tensor, kind, size):
        raise UnreadableArtifactError(f"The model is damaged: {name[:60]} is not of the size that it says.")


def _fits(tensor: Fields, kind: int, size: int) -> bool:
    if kind == _TEXT:
        return len(tensor.slices(6)) == size
    if kind not in _SIZES:
        return False
    if 9 in tensor:
        return sum(len(each) for each in tensor.slices(9)) == size * _SIZES[kind]
    number, least = _LISTED.get(kind, (5, 1))
    if number in (4, 10):
        return tensor.count(number, least) == size * (2 if kind in (14, 15) else 1)
    return len(tensor.wholes(number)) == size
