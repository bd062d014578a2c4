"""A deployment's routing table: the last message of its subject in stream `ROUTES`."""

from typing import Literal

from fairlead_contracts.names import ModelName, Name, Number
from fairlead_contracts.values import Message


class RouteReplica(Message):
    """A replica that takes requests."""

    replica: str
    address: str
    """`http://127.0.0.1:PORT`"""
    role: Literal["champion", "challenger"]
    revision: Number
    model: ModelName
    version: Number


class RouteTable(Message):
    """Where a deployment's requests go now. An empty table: deleted. `fence` orders tables of one deployment."""

    project: Name
    deployment: Name
    fence: int
    replicas: tuple[RouteReplica, ...]
