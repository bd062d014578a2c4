"""How the replicas of a deployment serve: a part of its spec."""

from pydantic import Field

from fairlead_contracts.facts.guardrails import Guardrail
from fairlead_contracts.values import Decimal, Message


class ServingOptions(Message):
    """What replicas do beside answering HTTP.

    `grpc`: they listen for gRPC too, each on a port of its own. `receipts`: the share of answers that come with a
    receipt, from 0 to 1; a request with the parameter `receipt` gets one in any case.
    """

    grpc: bool = False
    receipts: Decimal = Field(default=1.0, ge=0.0, le=1.0)
    guardrails: tuple[Guardrail, ...] = Field(default=(), max_length=20)
