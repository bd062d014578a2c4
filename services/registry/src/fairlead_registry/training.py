"""Training data: read from Parquet, typed, and summarised into the baseline."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from fairlead_contracts.adapters import Column, ModelCard, Signature, outputs_of
from fairlead_contracts.columns import column_of
from fairlead_contracts.errors import InvalidRequestError, InvalidTableError
from fairlead_contracts.operations.registry import CreateVersion

CELLS = 250_000_000
"""Values of training data that are read into memory at most."""
NAME_LIMIT, SHOWN = 250, 20


@dataclass(frozen=True)
class Baselined:
    """What training data gives: the model's signature, and the baseline as JSON."""

    signature: Signature
    baseline: bytes
    rows: int


def baselined(path: Path, request: CreateVersion, card: ModelCard) -> Baselined:
    """Read and summarise. Raises: InvalidTableError naming the column or the file at fault."""
    from fairlead_drift import Baseline

    file = _opened(path)
    names = _features(request, card, file.schema_arrow.names)
    rows = file.metadata.num_rows
    if rows == 0:
        raise InvalidTableError("The training data has no rows, so there is nothing to compare with later.")
    if rows * len(names) > CELLS:
        raise InvalidTableError(
            f"The training data has {rows:,} rows of {len(names):,} features; {CELLS:,} values are the limit."
            " A sample of the rows gives the same baseline."
        )
    table = _read(file, names)
    columns = {name: column_of(table.column(name), name) for name in names}
    inputs = tuple(
        Column(name=name, datatype=datatype, categorical=datatype in ("BYTES", "BOOL") or name in request.categorical)
        for name, (datatype, _) in columns.items()
    )
    categorical = [each.name for each in inputs if each.categorical]
    arrays = {name: array for name, (_, array) in columns.items()}
    baseline = Baseline.fit(arrays, categorical=categorical, importance=request.importance)
    signature = Signature(inputs=inputs, outputs=outputs_of(card))
    return Baselined(signature, baseline.to_json().encode(), rows)


def _opened(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise _damaged() from None


def _read(file: Any, names: list[str]) -> Any:
    import pyarrow as pa

    try:
        return file.read(columns=names)
    except (pa.ArrowException, OSError):
        raise _damaged() from None


def _damaged() -> InvalidTableError:
    return InvalidTableError("The training data is not a Parquet file, or a damaged one.")


def _features(request: CreateVersion, card: ModelCard, columns: list[str]) -> list[str]:
    if request.target is not None and request.target not in columns:
        raise InvalidTableError(f"The training data has no column {request.target}, which is said to be the target.")
    asked = list(request.features or card.inputs) or [name for name in columns if name != request.target]
    _refuse("has two columns of the same name", [name for name in asked if columns.count(name) > 1])
    _refuse("lacks what the model takes", [name for name in asked if name not in columns])
    if not asked:
        raise InvalidTableError("The training data has no column but the target.")
    if request.target in asked:
        raise InvalidTableError(f"The target {request.target} is among the features.")
    _require_named(request, card, asked)
    return asked


def _require_named(request: CreateVersion, card: ModelCard, asked: list[str]) -> None:
    if any(not 1 <= len(name) <= NAME_LIMIT or any(category(c).startswith("C") for c in name) for name in asked):
        raise InvalidTableError(f"A feature's name has 1 to {NAME_LIMIT} characters, none of them a control character.")
    twice = [name for place, name in enumerate(asked) if name in asked[:place]]
    for what, names in (
        ("/features: named twice", twice),
        (
            "/features: the model's files name other inputs; the difference is",
            set(asked) ^ set(card.inputs) if card.inputs else (),
        ),
        ("/categorical: no feature is called", set(request.categorical) - set(asked)),
        ("/importance: no feature is called", set(request.importance) - set(asked)),
    ):
        if names:
            raise InvalidRequestError(f"{what}: {', '.join(sorted(names)[:SHOWN])}.")


def _refuse(what: str, names: list[str]) -> None:
    if names:
        raise InvalidTableError(f"The training data {what}: {', '.join(dict.fromkeys(names[:SHOWN]))}.")
