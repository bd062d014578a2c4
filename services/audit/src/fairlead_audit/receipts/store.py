"""The audit's own data: batches of receipts, and which seal each is under."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlead_contracts.evidence.receipts import BatchRoot
from fairlead_contracts.telemetry import ReceiptBatch
from sqlite_utils import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS batches (
        number INTEGER PRIMARY KEY, replica TEXT, epoch TEXT, sequence INTEGER, batch TEXT, leaves BLOB, seal TEXT,
        UNIQUE (replica, epoch, sequence)) STRICT;
    CREATE INDEX IF NOT EXISTS batches_seal ON batches (seal, number);
    CREATE TABLE IF NOT EXISTS leaves (leaf BLOB PRIMARY KEY, number INTEGER, place INTEGER) STRICT, WITHOUT ROWID;
"""
_HASH = 32


@dataclass(frozen=True)
class Found:
    """Where a leaf was found: its batch, its place there, and the root of the seal, once there is one."""

    batch: BatchRoot
    leaves: tuple[bytes, ...]
    place: int
    seal: str | None


class ReceiptStore:
    """Batches by replica, epoch and sequence: one that comes again changes nothing."""

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
        row = (each.replica, each.epoch, each.sequence, each.batch.model_dump_json(), b"".join(leaves))
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO batches (replica, epoch, sequence, batch, leaves) VALUES (?, ?, ?, ?, ?)", row
        )
        if cursor.rowcount:
            rows = [(leaf, cursor.lastrowid, place) for place, leaf in enumerate(leaves)]
            self.db.executemany("INSERT OR IGNORE INTO leaves VALUES (?, ?, ?)", rows)

    def unsealed(self) -> list[tuple[int, BatchRoot]]:
        """The batches that no seal covers yet, in the order in which they came."""
        rows = self.db.execute("SELECT number, batch FROM batches WHERE seal IS NULL ORDER BY number LIMIT 100000")
        return [(number, BatchRoot.model_validate_json(text)) for number, text in rows]

    def seal(self, numbers: Sequence[int], root: str) -> None:
        """Put batches under a seal's root, before it goes on the ledger."""
        first, last = min(numbers), max(numbers)
        self.db.execute(
            "UPDATE batches SET seal = ? WHERE seal IS NULL AND number BETWEEN ? AND ?", (root, first, last)
        )

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

    def find(self, leaf: bytes) -> Found | None:
        """The batch that holds a leaf hash."""
        row = self.db.execute(
            "SELECT batch, leaves, place, seal FROM leaves JOIN batches USING (number) WHERE leaf = ?", (leaf,)
        ).fetchone()
        if row is None:
            return None
        leaves = tuple(row[1][start : start + _HASH] for start in range(0, len(row[1]), _HASH))
        return Found(BatchRoot.model_validate_json(row[0]), leaves, row[2], row[3])
