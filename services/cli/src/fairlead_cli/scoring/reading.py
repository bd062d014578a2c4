"""A CSV or Parquet file in chunks of so many rows, its columns as the model takes them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import InvalidRequestError, InvalidTableError

PARQUET = (".parquet", ".pq")
_BLOCK = 1 << 22


def chunks(path: Path, inputs: Mapping[str, str], rows: int) -> Iterator[Any]:
    """Arrow tables of `rows` rows each, the last one shorter, always cut at the same places.

    `inputs`: each input's datatype. Raises: InvalidRequestError when there is no such file; InvalidTableError for one
    that is neither, that lacks inputs, or whose values are not of their types.
    """
    import pyarrow as pa

    if not path.is_file():
        raise InvalidRequestError(f"There is no file {path}: give a CSV or Parquet file.")
    try:
        names, batches = _parquet(path) if path.suffix in PARQUET else _csv(path, inputs)
        missing = [name for name in inputs if name not in names]
        if missing:
            raise InvalidTableError(f"{path} has no column {', '.join(missing[:20])}, which the model takes.")
        yield from _cut(batches, inputs, rows)
    except (pa.ArrowException, OSError) as error:
        raise InvalidTableError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}") from None


def _parquet(path: Path) -> tuple[list[str], Iterator[Any]]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    return file.schema_arrow.names, file.iter_batches(batch_size=65_536)


def _csv(path: Path, inputs: Mapping[str, str]) -> tuple[list[str], Iterator[Any]]:
    import pyarrow as pa
    from pyarrow import csv

    if path.stat().st_size == 0:
        raise InvalidTableError(f"{path} is empty: it has not even a header.")
    read = csv.ReadOptions(block_size=_BLOCK)
    with csv.open_csv(path, read_options=read) as first:
        names = first.schema.names
    # Types are the model's, and texts for the rest: what the first rows look like says nothing of the others.
    types = {name: _type(inputs[name]) if name in inputs else pa.string() for name in names}
    convert = csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    return names, csv.open_csv(path, read_options=read, convert_options=convert)


def _cut(batches: Iterator[Any], inputs: Mapping[str, str], rows: int) -> Iterator[Any]:
    import pyarrow as pa

    held: list[Any] = []
    count = 0
    for batch in batches:
        held.append(_typed(pa.Table.from_batches([batch]), inputs))
        count += batch.num_rows
        while count >= rows:
            table = pa.concat_tables(held)
            yield table.slice(0, rows)
            held, count = [table.slice(rows)], count - rows
    if count:
        yield pa.concat_tables(held)


def _typed(table: Any, inputs: Mapping[str, str]) -> Any:
    import pyarrow as pa

    for place, name in enumerate(table.column_names):
        wanted = _type(inputs[name]) if name in inputs else None
        if wanted is None or table.schema.field(place).type == wanted:
            continue
        try:
            table = table.set_column(place, name, table.column(place).cast(wanted))
        except pa.ArrowException:
            kind = table.schema.field(place).type
            raise InvalidTableError(f"Column {name} holds {kind}, where the model takes {inputs[name]}.") from None
    return table


def _type(datatype: str) -> Any:
    import pyarrow as pa

    return {"FP64": pa.float64(), "INT64": pa.int64(), "BOOL": pa.bool_(), "BYTES": pa.string()}[datatype]
