"""What can be wrong with a table, a baseline or a profile."""

from fairlead_contracts.errors import InvalidRequestError, InvalidTableError


class BaselineError(InvalidTableError):
    """A baseline cannot be made of this table, or its text is not one."""


class ProfileError(InvalidTableError):
    """A profile's bytes are damaged, or belong to another baseline."""


class BudgetError(ValueError):
    """An alarm budget that says nothing."""


class DetectorError(InvalidRequestError):
    """There is no detector of this name, or it does not do what a detector does."""
