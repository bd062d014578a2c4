"""The audit's view: every entry as it was appended, the Merkle tree over them, and what tracing looks up."""

import sqlite3
from datetime import datetime
from typing import Any

from fairlead_chassis.bus.follow import RawMessage
from fairlead_chassis.part import Part
from fairlead_contracts.evidence.continuity import NO_TIMES, next_times
from fairlead_contracts.evidence.merkle import Frontier, leaf_hash, position
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import ReplicaCertified
from fairlead_contracts.facts.registry import VersionApproved, VersionCreated
from fairlead_contracts.facts.telemetry import ReceiptsSealed
from fairlead_contracts.ledger import Entry, body_hash
from fairlead_contracts.values import instant

FOREIGN = "foreign"
"""The kind under which a message is kept that no service of Fairlead wrote."""


class AuditView(Part):
    """Entries, tree nodes, certificates, seals, authors and approvers. Ledger sequence n is leaf n-1."""

    schema = """
        CREATE TABLE entries (
            sequence INTEGER PRIMARY KEY, time TEXT, subject TEXT, kind TEXT, project TEXT, actor TEXT, operation TEXT,
            allowed INTEGER, hash TEXT, body BLOB, times TEXT) STRICT;
        CREATE INDEX entries_actor ON entries (actor, sequence);
        CREATE INDEX entries_operation ON entries (operation, sequence);
        CREATE TABLE nodes (position INTEGER PRIMARY KEY, hash BLOB) STRICT;
        CREATE TABLE certified (
            replica TEXT, epoch TEXT, sequence INTEGER, public_key TEXT,
            PRIMARY KEY (replica, epoch)) STRICT, WITHOUT ROWID;
        CREATE TABLE seals (root TEXT PRIMARY KEY, sequence INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE traced_versions (
            project TEXT, model TEXT, version INTEGER, author TEXT, fact TEXT, approver TEXT,
            PRIMARY KEY (project, model, version)) STRICT, WITHOUT ROWID;
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._frontier = Frontier()

    def apply(self, fact: Fact, entry: Entry) -> None:
        self._keep_change(entry)
        match fact:
            case ReplicaCertified():
                row = (fact.replica, fact.epoch, entry.sequence, fact.public_key)
                self.db.execute("INSERT OR REPLACE INTO certified VALUES (?, ?, ?, ?)", row)
            case ReceiptsSealed():
                self.db.execute("INSERT OR IGNORE INTO seals VALUES (?, ?)", (fact.root, entry.sequence))
            case VersionCreated():
                key = (fact.project, fact.model, fact.version)
                row4 = (*key, entry.envelope.actor, fact.model_dump_json(), None)
                self.db.execute("INSERT INTO traced_versions VALUES (?, ?, ?, ?, ?, ?)", row4)
            case VersionApproved():
                self.db.execute(
                    "UPDATE traced_versions SET approver = ? WHERE (project, model, version) = (?, ?, ?)",
                    (entry.envelope.actor, fact.project, fact.model, fact.version),
                )

    def foreign(self, message: RawMessage) -> None:
        self._keep(message.sequence, message.time, message.subject, message.data, (FOREIGN, "", "", "", False))

    def _keep_change(self, entry: Entry) -> None:
        told = entry.envelope
        said = (told.kind, told.project, told.actor, told.operation, told.decision.allowed)
        self._keep(entry.sequence, entry.time, entry.subject, entry.body, said)

    def _keep(self, sequence: int, moment: datetime, subject: str, body: bytes, said: tuple[str | bool, ...]) -> None:
        time = instant(moment)
        times = next_times(self.times(sequence - 1), sequence, time).hex()
        row = (sequence, time, subject, *said, body_hash(body), body, times)
        cursor = self.db.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        if cursor.rowcount == 0:
            return
        if self._frontier.size != sequence - 1:
            self._frontier = Frontier.of(self, sequence - 1)
        made = self._frontier.append(leaf_hash(body))
        rows = [(position(level, (sequence - 1) >> level), node) for level, node in enumerate(made)]
        self.db.executemany("INSERT INTO nodes VALUES (?, ?)", rows)

    def get(self, level: int, index: int) -> bytes:
        """The hash of a node of the tree, as proofs ask for it."""
        place = position(level, index)
        row = self.db.execute("SELECT hash FROM nodes WHERE position = ?", (place,)).fetchone()
        if row is None:
            raise LookupError(f"no node {index} at level {level}")
        return bytes(row[0])

    def times(self, size: int) -> bytes:
        """The running hash over the times of the first `size` entries, which their leaves do not hold."""
        row = self.db.execute("SELECT times FROM entries WHERE sequence = ?", (size,)).fetchone()
        return bytes.fromhex(row[0]) if row else NO_TIMES

    @property
    def size(self) -> int:
        """How many entries the tree holds."""
        return int(self.db.execute("SELECT coalesce(max(sequence), 0) FROM entries").fetchone()[0])

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return Frontier.of(self, size).root()

    def body(self, sequence: int) -> bytes | None:
        """An entry's message, exactly as appended."""
        row = self.db.execute("SELECT body FROM entries WHERE sequence = ?", (sequence,)).fetchone()
        return bytes(row[0]) if row else None

    def hash(self, sequence: int) -> str | None:
        """The digest of an entry's message."""
        row = self.db.execute("SELECT hash FROM entries WHERE sequence = ?", (sequence,)).fetchone()
        return str(row[0]) if row else None

    def certificate(self, replica: str, epoch: str) -> tuple[int, str] | None:
        """The sequence of a replica's certificate, and its public key in base64."""
        key = (replica, epoch)
        found: tuple[int, str] | None = self.db.execute(
            "SELECT sequence, public_key FROM certified WHERE (replica, epoch) = (?, ?)", key
        ).fetchone()
        return found

    def seal(self, root: str) -> int | None:
        """The sequence of the seal with this root."""
        row = self.db.execute("SELECT sequence FROM seals WHERE root = ?", (root,)).fetchone()
        return int(row[0]) if row else None

    def traced(self, project: str, model: str, version: int) -> tuple[str, VersionCreated, str | None] | None:
        """A version's author, its fact, and who approved it."""
        key = (project, model, version)
        row: tuple[Any, ...] | None = self.db.execute(
            "SELECT author, fact, approver FROM traced_versions WHERE (project, model, version) = (?, ?, ?)", key
        ).fetchone()
        return (row[0], VersionCreated.model_validate_json(row[1]), row[2]) if row else None
