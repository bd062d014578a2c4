"""How the replicas of a deployment serve: a part of its spec."""

from fairlead_contracts.values import Message


class ServingOptions(Message):
    """What replicas do beside answering HTTP. `grpc`: they listen for gRPC too, each on a port of its own."""

    grpc: bool = False
