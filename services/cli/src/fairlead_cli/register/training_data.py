"""Training data: any of the usual tables, or a file, as Parquet."""

import io
import os
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.columns import column_of
from fairlead_contracts.errors import InvalidRequestError, InvalidTableError

_PARQUET = (".parquet", ".pq")
_EXAMPLE = 100


def arrow(data: Any) -> Any:
    """An Arrow table of a pandas, polars or Arrow table, or of a CSV or Parquet file.

    Raises: InvalidRequestError when there is no such file; InvalidTableError when it is no table.
    """
    import pyarrow as pa

    if isinstance(data, str | os.PathLike):
        return _read(Path(data))
    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "to_arrow"):
        return data.to_arrow()
    return pa.Table.from_pandas(data, preserve_index=False)


def _read(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    if not path.is_file():
        raise InvalidRequestError(f"There is no training data {path}: give a CSV or Parquet file.")
    try:
        if path.suffix in _PARQUET:
            return pq.read_table(path)
        # A column that is empty now and then holds texts or numbers; an empty text is a missing one.
        options = csv.ConvertOptions(strings_can_be_null=True)
        return csv.read_csv(path, convert_options=options)
    except (pa.ArrowException, OSError) as error:
        raise InvalidTableError(f"{path} is read as neither CSV nor Parquet: {str(error)[:200]}") from None


def target_of(table: Any, target: str | None, card: ModelCard) -> str | None:
    """The target: as said, else the one column that the model does not name. Raises: InvalidTableError."""
    names = table.column_names
    if target is not None:
        if target not in names:
            raise InvalidTableError(f"The training data has no column {target}; it has {', '.join(names[:20])}.")
        return target
    others = [name for name in names if name not in card.inputs] if card.inputs else []
    if len(others) > 1:
        raise InvalidTableError(
            f"The model does not take {', '.join(others[:20])}: name the target with --target, and drop the others."
        )
    return others[0] if others else None


def example_of(table: Any, target: str | None) -> Table:
    """The first rows of the features, typed as the signature will have them. Raises: InvalidTableError."""
    names = [name for name in table.column_names if name != target]
    return {name: column_of(table.column(name), name)[1][:_EXAMPLE] for name in names}


def parquet(table: Any) -> bytes:
    """The table as Parquet, compressed, without what its maker wrote beside it."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    return sink.getvalue()
