"""Transforms of columns: data alone, no code of anyone's."""

from collections.abc import Callable
from typing import Any

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import InvalidTableError

from fairlead_pipeline.steps import (
    Cast,
    Clip,
    Copy,
    Fill,
    OneHot,
    Rename,
    Select,
    Standardise,
    Transform,
)

Array = np.ndarray[Any, Any]


def transformed(step: Transform, table: Table) -> dict[str, Array]:
    """The table after the step; columns of it may be those of the one before. Raises: InvalidTableError."""
    match step:
        case Select():
            return {each: table[each] for each in step.columns}
        case Rename():
            kept = {name: values for name, values in table.items() if name not in step.columns}
            return {**kept, **{new: table[old] for old, new in step.columns.items()}}
        case Copy():
            return {**table, **{new: table[old] for new, old in step.columns.items()}}
        case OneHot():
            return {**table, **_one_hot(step, table)}
    return {**table, **_changed(step, table)}


def _changed(step: Fill | Cast | Standardise | Clip, table: Table) -> dict[str, Array]:
    match step:
        case Fill():
            return {name: _filled(table[name], value) for name, value in step.values.items()}
        case Cast():
            casts: dict[str, Callable[[str, Array], Array]] = {"number": _as_numbers, "text": _as_texts}
            return {name: casts[kind](name, table[name]) for name, kind in step.columns.items()}
        case Standardise():
            return {name: (numbers(name, table[name]) - by.mean) / by.scale for name, by in step.columns.items()}
        case Clip():
            return {name: np.clip(numbers(name, table[name]), *bounds) for name, bounds in step.columns.items()}


def numbers(name: str, values: Array) -> Array:
    """The column as float64. Raises: InvalidTableError naming it when it holds texts."""
    if values.dtype.kind not in "fiub":
        if not len(values) or all(_is_missing(each) for each in values.tolist()):
            return np.full(len(values), np.nan)
        raise InvalidTableError(f"Column {name} holds texts, and numbers are due.")
    return values.astype(np.float64)


def key(value: object) -> str:
    """A value as a category's name: whole numbers without a point, and truth values as 0 and 1."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _filled(values: Array, value: float | str) -> Array:
    if values.dtype == object:
        return np.array([value if _is_missing(each) else each for each in values.tolist()], dtype=object)
    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), value, values)


def _as_numbers(name: str, values: Array) -> Array:
    if values.dtype != object:
        return values.astype(np.float64)
    try:
        return np.array([np.nan if _is_missing(each) else float(each) for each in values.tolist()], dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidTableError(f"Column {name} holds a text that is no number.") from None


def _as_texts(name: str, values: Array) -> Array:
    texts = np.empty(len(values), dtype=object)
    texts[:] = [None if _is_missing(each) else key(each) for each in values.tolist()]
    return texts


def _one_hot(step: OneHot, table: Table) -> dict[str, Array]:
    found = {}
    for column, names in step.columns.items():
        keys = np.array([key(each) for each in table[column].tolist()], dtype=object)
        for each in names:
            found[f"{column}_{each}"] = (keys == each).astype(np.float64)
    return found


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value)
