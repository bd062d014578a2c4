"""The audit's own data: batches of receipts, and which seal each is under."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlead_contracts.evidence.receipts import BatchRoot
from fairlead_contracts.telemetry import ReceiptBatch
from sqlite_utils import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS batches (
        number INTEGER PRIMARY KEY, replica TEXT, batch TEXT UNIQUE, leaves BLOB, arrived REAL, seal TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS batches_seal ON batches (seal, number);
    CREATE TABLE IF NOT EXISTS leaves (
        leaf BLOB, number INTEGER, place INTEGER, PRIMARY KEY (leaf, number)) STRICT, WITHOUT ROWID;
"""
SEALED_AT_ONCE = 10_000
_HASH = 32


@dataclass(frozen=True)
class Waiting:
    """A batch that no seal covers yet; `arrived` in seconds since 1970."""

    number: int
    batch: BatchRoot
    arrived: float


@dataclass(frozen=True)
class Found:
    """Where a leaf was found: its batch, its place there, and the root of the seal, once there is one."""

    batch: BatchRoot
    leaves: tuple[bytes, ...]
    place: int
    seal: str | None


class ReceiptStore:
    """Batches as they came, vouched for or not: one that comes again changes nothing, one that differs is another."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.database = Database(sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False))
        self.database.enable_wal()
        self.db = self.database.conn
        self.db.executescript(SCHEMA)

    def add(self, batches: Sequence[ReceiptBatch]) -> None:
        """Keep batches, in one transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        with self.db:
            for each in batches:
                self._add(each)

    def _add(self, each: ReceiptBatch) -> None:
        leaves = [bytes.fromhex(leaf) for leaf in each.leaves]
        row = (each.batch.replica, each.batch.model_dump_json(), b"".join(leaves), time.time())
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO batches (replica, batch, leaves, arrived) VALUES (?, ?, ?, ?)", row
        )
        if cursor.rowcount:
            rows = [(leaf, cursor.lastrowid, place) for place, leaf in enumerate(leaves)]
            self.db.executemany("INSERT OR IGNORE INTO leaves VALUES (?, ?, ?)", rows)

    def waiting(self) -> list[Waiting]:
        """The batches that no seal covers yet, in the order in which they came."""
        rows = self.db.execute(
            "SELECT number, batch, arrived FROM batches WHERE seal IS NULL ORDER BY number LIMIT ?", (SEALED_AT_ONCE,)
        )
        return [Waiting(number, BatchRoot.model_validate_json(text), arrived) for number, text, arrived in rows]

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget batches that nobody vouches for."""
        self.db.execute("BEGIN IMMEDIATE")
        with self.db:
            for number in numbers:
                [leaves] = self.db.execute("SELECT leaves FROM batches WHERE number = ?", (number,)).fetchone() or (
                    b"",
                )
                self.db.executemany(
                    "DELETE FROM leaves WHERE (leaf, number) = (?, ?)", [(each, number) for each in _split(leaves)]
                )
                self.db.execute("DELETE FROM batches WHERE number = ?", (number,))

    def seal(self, numbers: Sequence[int], root: str) -> bool:
        """Put batches under a seal's root, before it goes on the ledger: all of them, or none.

        False when another copy has sealed one of them meanwhile.
        """
        self.db.execute("BEGIN IMMEDIATE")
        rows = [(root, number) for number in numbers]
        whole = self.db.executemany("UPDATE batches SET seal = ? WHERE seal IS NULL AND number = ?", rows).rowcount
        self.db.execute("COMMIT" if whole == len(rows) else "ROLLBACK")
        return whole == len(rows)

    def sealed_roots(self) -> list[str]:
        """The roots of the newest seals, newest first."""
        rows = self.db.execute(
            "SELECT seal FROM batches WHERE seal IS NOT NULL GROUP BY seal ORDER BY max(number) DESC LIMIT 100"
        )
        return [str(row[0]) for row in rows]

    def under(self, root: str) -> list[BatchRoot]:
        """The batches under a seal, in the order of its tree."""
        rows = self.db.execute("SELECT batch FROM batches WHERE seal = ? ORDER BY number", (root,))
        return [BatchRoot.model_validate_json(row[0]) for row in rows]

    def find(self, leaf: bytes, replica: str) -> Found | None:
        """The batch of a replica that holds a leaf hash; a sealed one before one that waits."""
        row = self.db.execute(
            "SELECT batch, leaves, place, seal FROM leaves JOIN batches USING (number) WHERE leaf = ? AND replica = ?"
            " ORDER BY seal IS NULL, number LIMIT 1",
            (leaf, replica),
        ).fetchone()
        return Found(BatchRoot.model_validate_json(row[0]), _split(row[1]), row[2], row[3]) if row else None


def _split(leaves: bytes) -> tuple[bytes, ...]:
    return tuple(leaves[start : start + _HASH] for start in range(0, len(leaves), _HASH))
