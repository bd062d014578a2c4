"""Every operation, by name."""

from typing import Any

from fairlead_contracts.operations import (
    Operation,
    access,
    audit,
    channels,
    deployer,
    gateway,
    goals,
    metrics,
    monitor,
    reactions,
    registry,
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation
    for part in (access, registry, deployer, reactions, monitor, goals, metrics, channels, audit, gateway)
    for operation in part.OPERATIONS
}
ACTIONS = frozenset(operation.action for operation in OPERATIONS.values()) | {"version:create-code"}
"""The vocabulary of policies. `version:create-code`: publish a version whose files can run anything when loaded."""


def of_service(service: str) -> tuple[Operation[Any, Any], ...]:
    """The operations that one service answers."""
    return tuple(operation for operation in OPERATIONS.values() if operation.service == service)
