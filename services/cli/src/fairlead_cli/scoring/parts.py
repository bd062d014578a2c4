"""What is scored so far, a file for each chunk beside the output: whole or not there, whenever the process ends."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import ConflictError, RefusedError

from fairlead_cli.scoring.reading import PARQUET

_JOB, _LOCK = "job.json", "lock"


class Parts:
    """The folder `OUTPUT.parts`, which is there while an output is not whole."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = output.with_name(f"{output.name}.parts")

    @contextmanager
    def held(self) -> Iterator[None]:
        """This process alone writes. Raises: ConflictError when another one does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ConflictError(f"Another `fairlead score` writes {self.output}.") from None
            yield

    def job(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The job that these parts are of, which is `wanted` where there is none yet.

        Raises: RefusedError when what is there is the beginning of another one.
        """
        path = self.folder / _JOB
        if not path.exists():
            _write(path, json.dumps(wanted).encode())
        found: dict[str, Any] = json.loads(path.read_text())
        other = [name for name, value in wanted.items() if name != "id" and found.get(name) != value]
        if other:
            raise RefusedError(
                f"{self.folder} holds the beginning of another job, with another {', '.join(other)}: finish that one as"
                " it was begun, or start anew with --overwrite."
            )
        return found

    def has(self, number: int) -> bool:
        """Whether a chunk is scored."""
        return self._place(number).exists()

    def put(self, number: int, table: Any) -> None:
        """Keep a chunk: it is on the disk, or not there at all."""
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        _write(self._place(number), sink.getvalue())

    def finish(self, count: int) -> None:
        """Put all chunks together as the output, in order, and remove them."""
        temporary = self.output.with_name(f".{self.output.name}.whole")
        writer: Any = None
        try:
            for number in range(count):
                table = self._read(number)
                writer = writer or _writer(temporary, table.schema, self.output.suffix in PARQUET)
                writer.write_table(table)
        finally:
            if writer is not None:
                writer.close()
        temporary.replace(self.output)
        self.discard()

    def discard(self) -> None:
        """Remove them."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, number: int) -> Any:
        import pyarrow as pa

        with pa.memory_map(str(self._place(number))) as source:
            return pa.ipc.open_file(source).read_all()

    def _place(self, number: int) -> Path:
        return self.folder / f"{number:09}.arrow"


def _writer(path: Path, schema: Any, parquet: bool) -> Any:
    import pyarrow.parquet as pq
    from pyarrow import csv

    return pq.ParquetWriter(path, schema) if parquet else csv.CSVWriter(path, schema)


def _write(path: Path, data: Any) -> None:
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
