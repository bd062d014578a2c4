"""The outputs of an answer: which are wanted and how, and their bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from fairlead_contracts.adapters import Column

from fairlead_runtime.protocol.cells import Array
from fairlead_runtime.protocol.requests import Request, invalid

_ENCODER = msgspec.json.Encoder()
_RAW = {"FP64": "<f8", "INT64": "<i8", "BOOL": "|u1"}


@dataclass(slots=True)
class Wanted:
    """An output that goes into an answer."""

    name: str
    binary: bool


@dataclass(slots=True)
class Outputs:
    """The `outputs` of one answer as JSON, and the raw bytes that follow the whole JSON."""

    json: bytes
    tail: bytes = b""


class OutputSet:
    """The outputs that a model gives, with what never changes of them already in JSON."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.datatypes = {column.name: column.datatype for column in columns}
        self.names = list(self.datatypes)
        self._heads = {
            name: b'{"name":%b,"datatype":"%b","shape":[' % (_ENCODER.encode(name), datatype.encode())
            for name, datatype in self.datatypes.items()
        }
        self._all = {binary: [Wanted(name, binary) for name in self.names] for binary in (False, True)}

    def wanted(self, request: Request) -> list[Wanted]:
        """The outputs that a request wants.

        Raises: InvalidRequestError for one that the model does not give, one that is named twice, or classification.
        """
        default = request.parameters is not None and request.parameters.binary_data_output
        if not request.outputs:
            return self._all[default]
        wanted: dict[str, Wanted] = {}
        for place, output in enumerate(request.outputs):
            if output.name not in self.datatypes:
                raise invalid(f"/outputs/{place}/name", f"the model gives {', '.join(self.names)}")
            if output.name in wanted:
                raise invalid(f"/outputs/{place}/name", "this output is named twice")
            asked = output.parameters
            if asked is not None and asked.classification:
                raise invalid(f"/outputs/{place}/parameters/classification", "outputs come as they are, not as classes")
            binary = default if asked is None or asked.binary_data is None else asked.binary_data
            wanted[output.name] = Wanted(output.name, binary)
        return list(wanted.values())

    def head(self, name: str, rows: int) -> bytes:
        """The beginning of an output tensor's JSON, up to its shape."""
        return b"%b%d]" % (self._heads[name], rows)


class Scores:
    """The scores of a batch, to be cut into the answers of its requests."""

    def __init__(self, table: Mapping[str, Array], outputs: OutputSet) -> None:
        self.table, self._set = dict(table), outputs
        self._lists: dict[str, list[Any]] = {}

    def put(self, name: str, column: Array) -> None:
        """Put other values in place of an output's."""
        self.table[name] = column
        self._lists.pop(name, None)

    def cells(self, name: str) -> list[Any]:
        """All values of an output as plain ones."""
        found = self._lists.get(name)
        if found is None:
            found = self._lists[name] = self.table[name].tolist()
        return found

    def cut(self, start: int, stop: int, wanted: Sequence[Wanted]) -> Outputs:
        """The outputs of the rows from `start` to before `stop`."""
        tensors, tails = [], []
        for each in wanted:
            head = self._set.head(each.name, stop - start)
            if each.binary:
                raw = self.raw(each.name, start, stop)
                tails.append(raw)
                tensors.append(b'%b,"parameters":{"binary_data_size":%d}}' % (head, len(raw)))
            else:
                tensors.append(b'%b,"data":%b}' % (head, _ENCODER.encode(self.cells(each.name)[start:stop])))
        return Outputs(b"[" + b",".join(tensors) + b"]", b"".join(tails) if tails else b"")

    def datatype(self, name: str) -> str:
        """The datatype of an output."""
        return self._set.datatypes[name]

    def raw(self, name: str, start: int, stop: int) -> bytes:
        """Some rows of an output as little-endian bytes; texts each after its length in 4 bytes."""
        kind = _RAW.get(self._set.datatypes[name])
        if kind is not None:
            return np.ascontiguousarray(self.table[name][start:stop], dtype=kind).tobytes()
        return b"".join(_sized(text) for text in self.cells(name)[start:stop])


def _sized(text: str | None) -> bytes:
    data = (text or "").encode()
    return len(data).to_bytes(4, "little") + data
