"""The record of what was refused to an authenticated principal."""

from fairlead_contracts.facts import Fact


class Refused(Fact):
    """An operation was refused, `count` times within the second, by policy or by a rule of the domain."""

    type, kind = "refused", "refused"
    operation: str
    resource: str
    code: str
    reason: str
    count: int = 1
