"""A service's own tables in its view."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from fairlead_contracts.facts import Fact
from fairlead_contracts.ledger import Entry
from fairlead_contracts.operations import Operation
from pydantic import BaseModel

if TYPE_CHECKING:
    from fairlead_chassis.bus.follow import RawMessage


class Part:
    """A service's own tables in its view: their schema, and how facts change them."""

    schema: ClassVar[str] = ""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables, inside the batch's transaction. Facts of no concern are left alone."""

    def foreign(self, message: "RawMessage") -> None:
        """A message on the ledger that no service of Fairlead wrote: no change, but it has its place there."""

    def relations(self, _operation: Operation[Any, Any], _request: BaseModel, _principal: str) -> Sequence[str]:
        """The roles that the principal has towards this very object, such as `role:author`."""
        return ()
