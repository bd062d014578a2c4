"""From what a model computes for each row to the columns that a predictor gives."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import UnreadableArtifactError

if TYPE_CHECKING:
    import numpy as np


def chances(raw: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Probabilities from logits. Shapes: (rows, n) in and out; one column is the log-odds of the last of two."""
    import numpy as np

    found: np.ndarray[Any, Any]
    if raw.shape[1] == 1:
        found = np.exp(-np.logaddexp(0.0, -raw))
        return found
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    found = powers / powers.sum(axis=1, keepdims=True)
    return found


class Naming:
    """Lays scores out under the names that the contract has for them; without classes they are predictions."""

    def __init__(self, classes: Sequence[str]) -> None:
        import numpy as np

        self._names, self._classes = tuple(classes), np.array(classes, dtype=object)

    def nothing(self) -> Table:
        """The outputs for no rows."""
        import numpy as np

        return self.columns(np.empty((0, max(1, len(self._names)))))

    def columns(self, scores: "np.ndarray[Any, Any]", label: "np.ndarray[Any, Any] | None" = None) -> Table:
        """The outputs, each an array of its own.

        Shapes: `scores` is (rows, 1) of predictions, or of the probabilities of the last of two classes; or (rows,
        classes) of probabilities. `label` is (rows,), object of str, where the model decides itself; else the likeliest
        class, of equal ones the first. Raises: UnreadableArtifactError for any other number of scores.
        """
        width = scores.shape[1]
        if width not in {1 if len(self._names) <= 2 else 0, max(1, len(self._names))}:
            raise UnreadableArtifactError("The model gives another number of values a row than its card says.")
        if not self._names:
            return {"prediction": scores[:, 0].copy()}
        last = scores[:, -1].copy() if len(self._names) == 2 else None
        if label is None:
            at = (last > 0.5).astype("intp") if width == 1 and last is not None else scores.argmax(axis=1)
            label = self._classes[at]
        if last is not None:
            return {"probability": last, "label": label}
        named: Table = {f"probability_{each}": scores[:, place].copy() for place, each in enumerate(self._names)}
        return {**named, "label": label}
