"""The files of the partitions that this process owns, open for writing; reports open their own, for reading."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from fairlead_monitor.partitions.places import file_of
from fairlead_monitor.windows.store import LostError, opened, own, owner


class Files:
    """One writer a file: the process that took it last, and in it whoever holds the lock."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._open: dict[int, tuple[Database, threading.Lock]] = {}
        self._tokens: dict[int, str] = {}
        self._opening = threading.Lock()
        self._ready: set[int] = set()

    def take(self, partition: int, token: str) -> None:
        """Open a partition's file as its owner; whoever had it before is refused from now on."""
        self.close(partition)
        db = opened(file_of(self.home, partition))
        own(db, token)
        with self._opening:
            self._open[partition], self._tokens[partition] = (db, threading.Lock()), token

    def holds(self, partition: int, token: str) -> bool:
        """Whether its file is open under this lease, and nobody has been seen to take it away."""
        return self._tokens.get(partition) == token

    @contextmanager
    def writing(self, partition: int) -> Iterator[Database]:
        """The partition's file, alone. Raises: LostError when it is not this process's any more."""
        with self._opening:
            held = self._open.get(partition)
        if held is None:
            raise LostError(partition)
        db, lock = held
        with lock:
            if self._open.get(partition) is not held:
                raise LostError(partition)
            try:
                yield db
            except LostError:
                self._tokens.pop(partition, None)
                raise

    @contextmanager
    def reading(self, partition: int) -> Iterator[sqlite3.Connection]:
        """The partition's file as it is now, for a report, whoever writes it."""
        path = file_of(self.home, partition)
        if partition not in self._ready:
            opened(path).conn.close()
            self._ready.add(partition)
        with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    def owner(self, partition: int) -> str:
        """The token of the lease under which the file here was written last; empty where none is."""
        if not file_of(self.home, partition).exists():
            return ""
        with self.reading(partition) as connection:
            return owner(connection)

    def close(self, partition: int) -> None:
        """Let a partition go, once what is being written is."""
        with self._opening:
            db, lock = self._open.pop(partition, (None, None))
            self._tokens.pop(partition, None)
        if db is not None and lock is not None:
            with lock:
                db.conn.close()
