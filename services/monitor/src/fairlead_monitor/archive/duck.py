"""DuckDB, loaded when it is first needed, and locked: it reads the files it was given and reaches nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MEMORY, THREADS = "256MB", 2
_EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions")


@contextmanager
def locked(folder: Path, files: Sequence[Path]) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A connection that may read and write these files, and spill into `folder`. Nothing opens it up again."""
    import duckdb  # about 40 MB that a monitor without closed hours never needs

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(folder),
    }
    with duckdb.connect(":memory:", config=config) as connection:
        for each in _EXTENSIONS:
            connection.execute(f"SET {each} = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET allowed_paths = $1", [[str(each) for each in files]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
