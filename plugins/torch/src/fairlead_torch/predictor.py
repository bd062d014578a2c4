"""Calling a program with a table: one float32 tensor in, one tensor out."""

from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.scores import Naming, chances
from fairlead_contracts.tables import matrix_of

from fairlead_torch.card import Said


class ProgramPredictor:
    """A loaded program, asked by several threads at once."""

    def __init__(self, program: Any, said: Said) -> None:
        import torch  # PyTorch is the operator's to install: without it the adapter still describes

        self._torch, self._program, self._said = torch, program, said
        self._naming, self._logits = Naming(said.classes), bool(said.classes) and said.gives == "logits"

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says."""
        matrix = matrix_of(table, self._said.inputs, self._said.width, "f4")
        if len(matrix) == 0:
            return self._naming.nothing()
        try:
            with self._torch.inference_mode():
                found = self._program(self._torch.from_numpy(np.ascontiguousarray(matrix)))
                raw = found.detach().to(self._torch.float64).reshape(len(matrix), -1).numpy()
        except Exception as error:  # the program's own; its words may hold values of the request
            raise InvalidTableError(f"The program raised {type(error).__name__} for these rows.") from error
        return self._naming.columns(chances(raw) if self._logits else raw)
