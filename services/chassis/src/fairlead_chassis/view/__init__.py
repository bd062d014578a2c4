"""The view: a service's SQLite file, fed from the ledger, thrown away and rebuilt whenever that is wanted."""

from fairlead_chassis.view.view import View, ViewMismatchError

__all__ = ["View", "ViewMismatchError"]
