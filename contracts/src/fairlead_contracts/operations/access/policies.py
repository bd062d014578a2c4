"""The policy in force."""

from pydantic import Field

from fairlead_contracts.facts.access import PolicyApplied
from fairlead_contracts.names import Digest
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Message


class ApplyPolicy(Message):
    """Put a new revision of the policy files into force."""

    model: str = Field(max_length=8_000)
    rules: str = Field(max_length=40_000)


class GetPolicy(Message):
    """Show the policy in force and its revision."""


class PolicyView(Message):
    """A policy revision: its number is the ledger sequence at which it came into force."""

    revision: int
    digest: Digest
    model: str
    rules: str


APPLY_POLICY = Operation(
    "apply_policy", "policy:apply", "access", Kind.CHANGE, ApplyPolicy, Accepted[PolicyApplied],
    "POST", "/api/v1/policy", "policy:*", "policy/policy", (PolicyApplied,),
)  # fmt: skip
GET_POLICY = Operation(
    "get_policy", "policy:get", "access", Kind.READ, GetPolicy, PolicyView, "GET", "/api/v1/policy", "policy:*",
)  # fmt: skip
