"""What access shows: read from the tables that chassis keeps in every view."""

from collections.abc import Sequence
from typing import Any

from fairlead_chassis.identity import Access
from fairlead_chassis.part import Part
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.installation import SyncAssumed
from fairlead_contracts.ledger import Entry
from fairlead_contracts.operations import Operation
from pydantic import BaseModel


class AccessView(Part):
    """What the operator vouches for; everybody owns their own tokens."""

    schema = "CREATE TABLE sync_assumed (sequence INTEGER PRIMARY KEY, assumed INTEGER) STRICT;"

    def apply(self, fact: Fact, entry: Entry) -> None:
        if isinstance(fact, SyncAssumed):
            self.db.execute("INSERT INTO sync_assumed VALUES (?, ?)", (entry.sequence, fact.assumed))

    @property
    def sync_assumed(self) -> bool:
        """Whether the operator vouches at present that nats-server syncs every write."""
        row = self.db.execute("SELECT assumed FROM sync_assumed ORDER BY sequence DESC LIMIT 1").fetchone()
        return bool(row and row[0])

    def relations(self, _operation: Operation[Any, Any], request: BaseModel, principal: str) -> Sequence[str]:
        """`role:owner` of oneself."""
        return ("role:owner",) if getattr(request, "principal", None) == principal else ()


def exists(access: Access, table: str, key: str, value: str) -> bool:
    """Whether a row is there."""
    row = access.db.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (value,))  # noqa: S608  # our own names
    return row.fetchone() is not None
