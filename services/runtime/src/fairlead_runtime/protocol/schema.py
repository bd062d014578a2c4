"""A signature, prepared once for the reading of many requests."""

from fairlead_contracts.adapters import Column, Signature


class Schema:
    """The inputs of a signature by place and by name.

    `numbers`: every input is FP64, so a matrix goes to the model as it came. `by_name`: inputs that no matrix holds.
    """

    def __init__(self, signature: Signature) -> None:
        self.inputs: tuple[Column, ...] = signature.inputs
        self.names = [column.name for column in self.inputs]
        self.places = {name: place for place, name in enumerate(self.names)}
        self.width = len(self.inputs)
        self.by_name = [column.name for column in self.inputs if column.datatype in ("BYTES", "BOOL")]
        self.numbers = all(column.datatype == "FP64" for column in self.inputs)
