"""What a class may answer, as columns: a mapping or data frame of them, or the bare predictions of a regressor."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

Array = np.ndarray[Any, Any]
CHANCE = "probability_"


def columns_of(answer: Any, rows: int) -> dict[str, Array]:
    """The answer's columns, each 1-D and of one value a row. Raises: UnreadableArtifactError when it has other ones."""
    if isinstance(answer, Mapping):
        named = dict(answer)
    elif hasattr(answer, "columns") and hasattr(answer, "__getitem__"):
        named = {name: answer[name] for name in answer.columns}
    else:
        named = {"prediction": answer}
    return {str(name): _column(str(name), values, rows) for name, values in named.items()}


def _column(name: str, values: Any, rows: int) -> Array:
    try:
        array: Array = np.asarray(values)
    except ValueError as error:
        raise UnreadableArtifactError(f"predict gives {name} as lists of different lengths.") from error
    if array.shape == (rows, 1):
        array = array.reshape(rows)
    if array.shape != (rows,):
        shape = "nothing" if values is None else f"an array of shape {array.shape}"
        raise UnreadableArtifactError(
            f"predict gives {shape} for {name}, and one value for each of {rows} rows is due."
        )
    if name == "label":
        return np.array([str(each) for each in array.tolist()], dtype=object)
    try:
        return np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UnreadableArtifactError(f"predict gives {name} as something else than numbers.") from error


def as_promised(columns: Mapping[str, Array], classes: tuple[str, ...]) -> dict[str, Array]:
    """The outputs of a model with these classes (none: a regressor), from what it answers.

    Probabilities may come as `probability` (of the last of two classes) or as one `probability_{class}` each; a label
    that is not given is the likeliest class. Raises: UnreadableArtifactError when they are not there.
    """
    if not classes:
        return {"prediction": _taken(columns, "prediction")}
    if len(classes) == 2:
        last = _taken(columns, "probability" if "probability" in columns else CHANCE + classes[1])
        chances = np.column_stack([1 - last, last])
        outputs = {"probability": last}
    else:
        outputs = {CHANCE + each: _taken(columns, CHANCE + each) for each in classes}
        chances = np.column_stack(list(outputs.values()))
    label = columns.get("label")
    return {**outputs, "label": np.array(classes, dtype=object)[chances.argmax(axis=1)] if label is None else label}


def _taken(columns: Mapping[str, Array], name: str) -> Array:
    if name not in columns:
        raise UnreadableArtifactError(f"predict gives no {name}; it gives {', '.join(columns) or 'no columns'}.")
    return columns[name]
