"""Training data: read from Parquet, typed, and summarised into the baseline."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import Column, Datatype, ModelCard, Signature, outputs_of
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.operations.registry import CreateVersion


@dataclass(frozen=True)
class Baselined:
    """What training data gives: the model's signature, and the baseline as JSON."""

    signature: Signature
    baseline: bytes
    rows: int


def baselined(path: Path, request: CreateVersion, card: ModelCard) -> Baselined:
    """Read and summarise. Raises: InvalidTableError naming the column or the file at fault."""
    from fairlead_drift import Baseline

    table = _read(path)
    if table.num_rows == 0:
        raise InvalidTableError("The training data has no rows, so there is nothing to compare with later.")
    names = _features(request, card, table.column_names)
    columns = {name: _column(table.column(name), name) for name in names}
    inputs = tuple(
        Column(name=name, datatype=datatype, categorical=datatype in ("BYTES", "BOOL") or name in request.categorical)
        for name, (datatype, _) in columns.items()
    )
    categorical = [each.name for each in inputs if each.categorical]
    arrays = {name: array for name, (_, array) in columns.items()}
    baseline = Baseline.fit(arrays, categorical=categorical, importance=request.importance)
    signature = Signature(inputs=inputs, outputs=outputs_of(card))
    return Baselined(signature, baseline.to_json().encode(), table.num_rows)


def _read(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError):
        raise InvalidTableError("The training data is not a Parquet file, or a damaged one.") from None


def _features(request: CreateVersion, card: ModelCard, columns: list[str]) -> list[str]:
    if request.target is not None and request.target not in columns:
        raise InvalidTableError(f"The training data has no column {request.target}, which is said to be the target.")
    asked = list(request.features or card.inputs) or [name for name in columns if name != request.target]
    missing = [name for name in asked if name not in columns]
    if missing:
        raise InvalidTableError(f"The training data lacks what the model takes: {', '.join(missing[:20])}.")
    if request.target in asked:
        raise InvalidTableError(f"The target {request.target} is among the features.")
    return asked


def _column(values: Any, name: str) -> tuple[Datatype, Any]:
    import numpy as np
    import pyarrow.types as types

    kind = values.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind) and values.null_count == 0:
        return "BOOL", values.to_numpy(zero_copy_only=False).astype(np.bool_)
    if types.is_integer(kind) and values.null_count == 0:
        return "INT64", values.to_numpy().astype(np.int64)
    if types.is_floating(kind) or types.is_integer(kind):
        return "FP64", values.to_numpy(zero_copy_only=False).astype(np.float64)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_boolean(kind) or types.is_null(kind):
        texts = [None if each is None else str(each) for each in values.to_pylist()]
        return "BYTES", np.array(texts, dtype=object)
    raise InvalidTableError(f"Column {name} is of type {values.type}; numbers, texts and truth values can be profiled.")
