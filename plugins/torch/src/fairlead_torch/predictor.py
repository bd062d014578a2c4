"""Calling a program with a table: one float32 tensor in, one tensor out."""

from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.tables import matrix_of

from fairlead_torch.card import Said

Array = np.ndarray[Any, Any]


class ProgramPredictor:
    """A loaded program, asked by several threads at once."""

    def __init__(self, program: Any, said: Said) -> None:
        import torch  # PyTorch is the operator's to install: without it the adapter still describes

        self._torch, self._program, self._said = torch, program, said
        self._classes = np.array(said.classes, dtype=object)

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says."""
        matrix = matrix_of(table, self._said.inputs, self._said.width, "f4")
        if len(matrix) == 0:
            return self._named(np.empty((0, max(1, len(self._classes)))))
        try:
            with self._torch.inference_mode():
                found = self._program(self._torch.from_numpy(np.ascontiguousarray(matrix)))
                raw = found.detach().to(self._torch.float64).reshape(len(matrix), -1).numpy()
        except Exception as error:  # the program's own; its words may hold values of the request
            raise InvalidTableError(f"The program raised {type(error).__name__} for these rows.") from error
        return self._named(raw)

    def _named(self, raw: Array) -> dict[str, Array]:
        if raw.shape[1] not in {max(1, len(self._classes)), 1 if len(self._classes) <= 2 else 0}:
            raise UnreadableArtifactError("The program gives another number of values a row than its card says.")
        if not len(self._classes):
            return {"prediction": raw[:, 0].copy()}
        chances = raw if self._said.gives == "probabilities" else _chances(raw)
        if len(self._classes) == 2:
            last = chances[:, -1].copy()
            return {"probability": last, "label": self._classes[(last > 0.5).astype(np.intp)]}
        label = {"label": self._classes[chances.argmax(axis=1)]}
        return {f"probability_{each}": chances[:, at].copy() for at, each in enumerate(self._said.classes)} | label


def _chances(raw: Array) -> Array:
    if raw.shape[1] == 1:
        chances: Array = np.exp(-np.logaddexp(0.0, -raw))
        return chances
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    chances = powers / powers.sum(axis=1, keepdims=True)
    return chances
