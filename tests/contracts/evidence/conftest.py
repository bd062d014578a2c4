"""`ledger`, `make_ledger`: a ledger in memory, appended to as chassis does, with tree, export and signed checkpoints.

The signatures are real; what is left out is NATS and SQLite, which evidence never touches.
"""

from typing import Any

import pytest
from fairlead_chassis.signing import Signer
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.continuity import NO_TIMES, next_times
from fairlead_contracts.evidence.log import Record, times_line
from fairlead_contracts.evidence.merkle import Frontier, Tree, leaf_hash
from fairlead_contracts.facts import Fact
from fairlead_contracts.ledger import Decision, Envelope, Link, body_hash

ORIGIN = "log.example/ledger"


class Ledger:
    """Messages one after the other; sequences from 1."""

    def __init__(self, with_times: bool = True, first_second: int = 0) -> None:
        self._signer = Signer(b"L" * 32)
        self.key = self._signer.verifier(ORIGIN)
        self.records: list[Record] = []
        self.tree = Tree()
        self._with_times, self._first_second = with_times, first_second
        self._times = NO_TIMES
        self._last: dict[str, Link] = {}

    def append(self, token: str, *facts: Fact, kind: str = "model", service: str = "registry") -> int:
        """Append one accepted change; its sequence."""
        subject = f"ledger.refused.{service}" if kind == "refused" else f"ledger.{kind}.default.{token}"
        actor = f"service:{service}" if kind in ("replica", "receipts") else "user:alice"
        envelope = Envelope(
            operation_id=f"operation-{self.tree.size}", operation="op", service=service, actor=actor,
            project="default", kind=kind, token=token, facts=tuple(fact.record() for fact in facts),
            decision=Decision(allowed=kind != "refused", revision=1, rule="p, role:admin, *, *, *, allow"),
            request=body_hash(b""), previous=None if kind == "refused" else self._last.get(subject),
        ).sealed()  # fmt: skip
        return self.append_bytes(subject, envelope.encode())

    def append_bytes(self, subject: str, body: bytes) -> int:
        """Append any bytes; their sequence."""
        self.tree.append(leaf_hash(body))
        sequence = self.tree.size
        time = f"2024-01-01T00:00:{(self._first_second + sequence) % 60:02}.000000Z"
        self._times = next_times(self._times, sequence, time)
        self.records.append(Record(sequence, subject, time, body, self._times.hex() if self._with_times else None))
        self._last[subject] = Link(sequence=sequence, hash=body_hash(body))
        return sequence

    def lines(self) -> list[str]:
        """The export."""
        return [record.line() for record in self.records]

    def checkpoint(self, size: int | None = None, extensions: Any = None) -> str:
        """A signed checkpoint over the first `size` entries, by default over all, with the times."""
        size = self.tree.size if size is None else size
        if extensions is None:
            times = bytes.fromhex(self.records[size - 1].times or "") if size and self._with_times else b""
            extensions = (times_line(times),) if times else ()
        root = Frontier.of(self.tree, size).root()
        return str(Checkpoint(ORIGIN, size, root, extensions).signed(self.key, self._signer.sign))


@pytest.fixture(scope="session")
def make_ledger() -> type[Ledger]:
    """Makes empty ledgers."""
    return Ledger


@pytest.fixture
def ledger() -> Ledger:
    """An empty ledger whose export and checkpoints bring the times."""
    return Ledger()


@pytest.fixture
def ledger_without_times() -> Ledger:
    """An empty ledger whose export and checkpoints do not bring the times' running hash."""
    return Ledger(with_times=False)
