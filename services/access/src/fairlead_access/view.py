"""What access shows: read from the tables that chassis keeps in every view."""

from collections.abc import Sequence
from typing import Any

from fairlead_chassis.identity import Access
from fairlead_chassis.service import Part
from fairlead_contracts.operations import Operation
from pydantic import BaseModel


class AccessView(Part):
    """No tables of its own; everybody owns their own tokens."""

    def relations(self, _operation: Operation[Any, Any], request: BaseModel, principal: str) -> Sequence[str]:
        """`role:owner` of oneself."""
        return ("role:owner",) if getattr(request, "principal", None) == principal else ()


def exists(access: Access, table: str, key: str, value: str) -> bool:
    """Whether a row is there."""
    row = access.db.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (value,))  # noqa: S608  # our own names
    return row.fetchone() is not None
