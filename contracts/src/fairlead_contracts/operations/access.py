"""Who may do what: projects, users, groups, tokens, role bindings, policy."""

from pydantic import Field

from fairlead_contracts.facts.access import (
    Domain,
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
from fairlead_contracts.names import Digest, Name, Principal, Role
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "access"


class CreateProject(Message):
    """Create a project."""

    name: Name
    description: str = Field(default="", max_length=2000)


class ListProjects(Message):
    """List the projects that you may know of."""


class ProjectView(Message):
    """A project."""

    name: str
    description: str
    created: Instant


class ProjectList(Message):
    """Projects by name."""

    items: tuple[ProjectView, ...]


class CreateUser(Message):
    """Create a user (`user:alice`) or a service account (`service:ci`)."""

    principal: Principal
    home: Name = "default"


class ListUsers(Message):
    """List users and service accounts."""


class UserView(Message):
    """A user or service account, with the groups it is in."""

    principal: str
    home: str
    created: Instant
    groups: tuple[str, ...] = ()


class UserList(Message):
    """Users by name."""

    items: tuple[UserView, ...]


class WhoAmI(Message):
    """Show who you are and which roles you have where."""


class BindingView(Message):
    """A role that a principal has in a project, or everywhere."""

    principal: str
    role: str
    project: str


class Identity(Message):
    """The authenticated principal."""

    principal: str
    groups: tuple[str, ...]
    bindings: tuple[BindingView, ...]


class CreateGroup(Message):
    """Create a group."""

    group: Name


class GetGroup(Message):
    """Show a group and its members."""

    group: Name


class ListGroups(Message):
    """List groups."""


class GroupView(Message):
    """A group."""

    group: str
    members: tuple[str, ...]


class GroupList(Message):
    """Groups by name."""

    items: tuple[GroupView, ...]


class AddGroupMember(Message):
    """Add a user or service account to a group."""

    group: Name
    member: Principal


class RemoveGroupMember(Message):
    """Remove a member from a group."""

    group: Name
    member: Principal


class CreateToken(Message):
    """Create a bearer token; its secret is shown once, in this answer."""

    principal: Principal
    label: str = Field(default="", max_length=200)
    expires: Instant | None = None


class ListTokens(Message):
    """List a principal's tokens, without their secrets."""

    principal: Principal


class TokenView(Message):
    """A token, without its secret."""

    token: str
    principal: str
    label: str
    created: Instant
    expires: Instant | None
    revoked: bool


class TokenList(Message):
    """A principal's tokens."""

    items: tuple[TokenView, ...]


class RevokeToken(Message):
    """Revoke a token at once."""

    principal: Principal
    token: str = Field(pattern=r"^[a-z0-9]{8,32}$")


class CreateBinding(Message):
    """Give a user, service account or group a role in a project, or everywhere (`*`)."""

    project: Domain
    principal: Principal
    role: Role


class DeleteBinding(Message):
    """Take a role away."""

    project: Domain
    principal: Principal
    role: Role


class ListBindings(Message):
    """List who has which role in a project; those that hold everywhere are among them."""

    project: Domain


class BindingList(Message):
    """Role bindings."""

    items: tuple[BindingView, ...]


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


_USER, _MEMBER = "/api/v1/users/{principal}", "/api/v1/groups/{group}/members/{member}"
_BINDING = "/api/v1/bindings/{project}/{principal}/{role}"

CREATE_PROJECT = Operation(
    "create_project", "project:create", SERVICE, Kind.CHANGE, CreateProject, Accepted[ProjectCreated],
    "POST", "/api/v1/projects", "project:{name}", "project/{name}", (ProjectCreated,),
)  # fmt: skip
LIST_PROJECTS = Operation(
    "list_projects", "project:list", SERVICE, Kind.READ, ListProjects, ProjectList,
    "GET", "/api/v1/projects", "project:*", open=True,
)  # fmt: skip
CREATE_USER = Operation(
    "create_user", "user:create", SERVICE, Kind.CHANGE, CreateUser, Accepted[UserCreated],
    "POST", "/api/v1/users", "{principal}", "user/{principal}", (UserCreated,),
)  # fmt: skip
LIST_USERS = Operation(
    "list_users", "user:list", SERVICE, Kind.READ, ListUsers, UserList, "GET", "/api/v1/users", "user:*",
)  # fmt: skip
WHO_AM_I = Operation(
    "who_am_i", "principal:get", SERVICE, Kind.READ, WhoAmI, Identity,
    "GET", "/api/v1/principal", "principal:*", open=True,
)  # fmt: skip
CREATE_GROUP = Operation(
    "create_group", "group:create", SERVICE, Kind.CHANGE, CreateGroup, Accepted[GroupCreated],
    "POST", "/api/v1/groups", "group:{group}", "group/{group}", (GroupCreated,),
)  # fmt: skip
GET_GROUP = Operation(
    "get_group", "group:get", SERVICE, Kind.READ, GetGroup, GroupView, "GET", "/api/v1/groups/{group}", "group:{group}",
)  # fmt: skip
LIST_GROUPS = Operation(
    "list_groups", "group:list", SERVICE, Kind.READ, ListGroups, GroupList, "GET", "/api/v1/groups", "group:*",
)  # fmt: skip
ADD_GROUP_MEMBER = Operation(
    "add_group_member", "group:add-member", SERVICE, Kind.CHANGE, AddGroupMember, Accepted[GroupMemberAdded],
    "PUT", _MEMBER, "group:{group}", "group/{group}", (GroupMemberAdded,), body="none",
)  # fmt: skip
REMOVE_GROUP_MEMBER = Operation(
    "remove_group_member", "group:remove-member", SERVICE, Kind.CHANGE, RemoveGroupMember, Accepted[GroupMemberRemoved],
    "DELETE", _MEMBER, "group:{group}", "group/{group}", (GroupMemberRemoved,), body="none",
)  # fmt: skip
CREATE_TOKEN = Operation(
    "create_token", "token:create", SERVICE, Kind.CHANGE, CreateToken, Accepted[TokenCreated],
    "POST", _USER + "/tokens", "{principal}", "user/{principal}", (TokenCreated,),
)  # fmt: skip
LIST_TOKENS = Operation(
    "list_tokens", "token:list", SERVICE, Kind.READ, ListTokens, TokenList, "GET", _USER + "/tokens", "{principal}",
)  # fmt: skip
REVOKE_TOKEN = Operation(
    "revoke_token", "token:revoke", SERVICE, Kind.CHANGE, RevokeToken, Accepted[TokenRevoked],
    "DELETE", _USER + "/tokens/{token}", "{principal}", "user/{principal}", (TokenRevoked,), body="none",
)  # fmt: skip
CREATE_BINDING = Operation(
    "create_binding", "binding:create", SERVICE, Kind.CHANGE, CreateBinding, Accepted[RoleBound],
    "PUT", _BINDING, "binding:{role}", "binding/{role}", (RoleBound,), body="none",
)  # fmt: skip
DELETE_BINDING = Operation(
    "delete_binding", "binding:delete", SERVICE, Kind.CHANGE, DeleteBinding, Accepted[RoleUnbound],
    "DELETE", _BINDING, "binding:{role}", "binding/{role}", (RoleUnbound,), body="none",
)  # fmt: skip
LIST_BINDINGS = Operation(
    "list_bindings", "binding:list", SERVICE, Kind.READ, ListBindings, BindingList,
    "GET", "/api/v1/bindings/{project}", "binding:*",
)  # fmt: skip
APPLY_POLICY = Operation(
    "apply_policy", "policy:apply", SERVICE, Kind.CHANGE, ApplyPolicy, Accepted[PolicyApplied],
    "POST", "/api/v1/policy", "policy:*", "policy/policy", (PolicyApplied,),
)  # fmt: skip
GET_POLICY = Operation(
    "get_policy", "policy:get", SERVICE, Kind.READ, GetPolicy, PolicyView, "GET", "/api/v1/policy", "policy:*",
)  # fmt: skip

OPERATIONS = (
    CREATE_PROJECT, LIST_PROJECTS, CREATE_USER, LIST_USERS, WHO_AM_I, CREATE_GROUP, GET_GROUP, LIST_GROUPS,
    ADD_GROUP_MEMBER, REMOVE_GROUP_MEMBER, CREATE_TOKEN, LIST_TOKENS, REVOKE_TOKEN, CREATE_BINDING, DELETE_BINDING,
    LIST_BINDINGS, APPLY_POLICY, GET_POLICY,
)  # fmt: skip
