"""Facts of access: projects, users, groups, tokens, role bindings, policy revisions."""

from typing import Literal

from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Digest, Name, Principal, Role
from fairlead_contracts.values import Instant

Domain = Literal["*"] | Name
"""A project, or `*` for every project."""


class ProjectCreated(Fact):
    """A tenant came to be."""

    type, kind = "project_created", "project"
    project: Name
    description: str = ""


class UserCreated(Fact):
    """A user or a service account came to be."""

    type, kind = "user_created", "user"
    principal: Principal
    home: Name = "default"


class GroupCreated(Fact):
    """A group came to be, empty."""

    type, kind = "group_created", "group"
    group: Name


class GroupMemberAdded(Fact):
    """A principal joined a group."""

    type, kind = "group_member_added", "group"
    group: Name
    member: Principal


class GroupMemberRemoved(Fact):
    """A principal left a group."""

    type, kind = "group_member_removed", "group"
    group: Name
    member: Principal


class TokenCreated(Fact):
    """A bearer token was made; only the hash of its secret is kept."""

    type, kind = "token_created", "user"
    token: str
    principal: Principal
    secret_hash: Digest
    label: str = ""
    expires: Instant | None = None


class TokenRevoked(Fact):
    """A token stopped working."""

    type, kind = "token_revoked", "user"
    principal: Principal
    token: str


class RoleBound(Fact):
    """A user, service account or group was given a role in a project, or everywhere."""

    type, kind = "role_bound", "binding"
    principal: Principal
    role: Role
    domain: Domain


class RoleUnbound(Fact):
    """A role was taken away."""

    type, kind = "role_unbound", "binding"
    principal: Principal
    role: Role
    domain: Domain


class PolicyApplied(Fact):
    """A revision of the policy files came into force; its ledger sequence is the revision's number."""

    type, kind = "policy_applied", "policy"
    model: str
    rules: str
    digest: Digest
