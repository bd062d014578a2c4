"""Taking ZipMap out of a graph: it turns a matrix of probabilities into a dictionary a row, only to be undone."""

from fairlead_onnx.model_file import FLOAT, Model
from fairlead_onnx.wire import Fields, field, fields, number_field

_GRAPH, _NODE, _OUTPUT = 7, 1, 12
_OPERATOR = "ZipMap"


def plain(model: Model, scores: str) -> tuple[bytes, str]:
    """The model's bytes, and its probabilities' name, with a matrix where there were dictionaries."""
    node = model.source(scores)
    if node is None or node.text(4) != _OPERATOR:
        return model.data, scores
    matrix = node.texts(1)[0]
    whole = memoryview(model.data)
    written = bytearray()
    for number, value, began, end in fields(whole):
        if number == _GRAPH and isinstance(value, memoryview):
            written += field(_GRAPH, _graph(value, scores, matrix))
        else:
            written += whole[began:end]
    return bytes(written), matrix


def _graph(graph: memoryview, scores: str, matrix: str) -> bytes:
    written = bytearray()
    for number, value, began, end in fields(graph):
        if isinstance(value, memoryview) and number in (_NODE, _OUTPUT):
            each = Fields(value)
            if number == _NODE and scores in each.texts(2):
                continue
            if number == _OUTPUT and each.text(1) == scores:
                written += field(_OUTPUT, _output(matrix))
                continue
        written += graph[began:end]
    return bytes(written)


def _output(name: str) -> bytes:
    tensor = number_field(1, FLOAT)
    return field(1, name.encode()) + field(2, field(1, tensor))
