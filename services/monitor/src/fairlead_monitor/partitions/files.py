"""The files of the partitions that this process owns, open for writing; reports open their own, for reading."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from fairlead_monitor.partitions.places import file_of
from fairlead_monitor.windows.store import opened


class Files:
    """One writer a file: whoever writes holds its lock."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._open: dict[int, tuple[Database, threading.Lock]] = {}
        self._opening = threading.Lock()

    @contextmanager
    def writing(self, partition: int) -> Iterator[Database]:
        """The partition's file, alone."""
        db, lock = self._of(partition)
        with lock:
            yield db

    def _of(self, partition: int) -> tuple[Database, threading.Lock]:
        with self._opening:
            if partition not in self._open:
                self._open[partition] = (opened(file_of(self._home, partition)), threading.Lock())
            return self._open[partition]

    @contextmanager
    def reading(self, partition: int) -> Iterator[sqlite3.Connection]:
        """The partition's file as it is now, for a report."""
        self._of(partition)
        with closing(sqlite3.connect(file_of(self._home, partition), timeout=30.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    def close(self, partition: int) -> None:
        """Let a partition go."""
        with self._opening:
            db, lock = self._open.pop(partition, (None, None))
        if db is not None and lock is not None:
            with lock:
                db.conn.close()
