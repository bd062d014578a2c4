"""Every fact type by its name on the ledger, and the upcasters from older versions."""

from collections.abc import Callable
from typing import Any

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.access import (
    GroupCreated,
    GroupMemberAdded,
    GroupMemberRemoved,
    PolicyApplied,
    ProjectCreated,
    RoleBound,
    RoleUnbound,
    TokenCreated,
    TokenRevoked,
    UserCreated,
)
from fairlead_contracts.facts.channels import ChannelRemoved, ChannelSet
from fairlead_contracts.facts.deployer import (
    DeploymentDeleted,
    ReplicaCertified,
    RevisionCreated,
    RolloutEnded,
)
from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet, MetricDeclared, MetricRemoved
from fairlead_contracts.facts.installation import SyncAssumed
from fairlead_contracts.facts.monitoring import MonitoringSet
from fairlead_contracts.facts.reactions import ReactionAsked, ReactionDecided
from fairlead_contracts.facts.refusals import Refused
from fairlead_contracts.facts.registry import (
    AliasDeleted,
    AliasSet,
    ModelCreated,
    VersionApproved,
    VersionCreated,
)
from fairlead_contracts.facts.telemetry import ActualsImported, ReceiptsSealed

_ALL: tuple[type[Fact], ...] = (
    ProjectCreated, UserCreated, GroupCreated, GroupMemberAdded, GroupMemberRemoved, TokenCreated, TokenRevoked,
    RoleBound, RoleUnbound, PolicyApplied,
    ModelCreated, VersionCreated, VersionApproved, AliasSet, AliasDeleted,
    RevisionCreated, RolloutEnded, DeploymentDeleted, ReplicaCertified,
    GoalSet, GoalRemoved, GoalJudged, MetricDeclared, MetricRemoved, ReactionAsked, ReactionDecided,
    ChannelSet, ChannelRemoved,
    MonitoringSet, ActualsImported, ReceiptsSealed, Refused, SyncAssumed,
)  # fmt: skip

FACTS: dict[str, type[Fact]] = {fact.type: fact for fact in _ALL}

UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From (type, version) to the data of the next version. Empty while every fact is at its first version."""
