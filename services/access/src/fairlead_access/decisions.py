"""The pure decisions about principals, groups, tokens, bindings and policy."""

from fairlead_chassis.identity import mint
from fairlead_chassis.policy.index import Asked, compile_rules
from fairlead_chassis.service import Context, Secret, Unchanged
from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError, NotFoundError, RefusedError
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
from fairlead_contracts.names import EVERYWHERE, digest_of
from fairlead_contracts.operations import access as ops
from fairlead_contracts.operations.catalogue import OPERATIONS

from fairlead_access.administrators import APPLY, POLICY, Without, require_one_left
from fairlead_access.policies import RELATIONS, checked
from fairlead_access.view import AccessView, exists

_SERVICES = frozenset(f"service:{each.service}" for each in OPERATIONS.values())


def create_project(request: ops.CreateProject, _view: AccessView, context: Context) -> ProjectCreated:
    """A new project."""
    if exists(context.chassis.access, "projects", "name", request.name):
        raise AlreadyExistsError(f"Project {request.name} exists.")
    return ProjectCreated(project=request.name, description=request.description)


def create_user(request: ops.CreateUser, _view: AccessView, context: Context) -> UserCreated:
    """A new user or service account."""
    if request.principal.startswith("group:"):
        raise InvalidRequestError("A group is made by `fairlead group create`; here go user:NAME and service:NAME.")
    if request.principal in _SERVICES:
        raise RefusedError(f"{request.principal} is a service of Fairlead's own, and nobody else; take another name.")
    if exists(context.chassis.access, "users", "principal", request.principal):
        raise AlreadyExistsError(f"{request.principal} exists.")
    return UserCreated(principal=request.principal, home=request.home)


def create_group(request: ops.CreateGroup, _view: AccessView, context: Context) -> GroupCreated:
    """A new, empty group."""
    if exists(context.chassis.access, "groups", "name", request.group):
        raise AlreadyExistsError(f"Group {request.group} exists.")
    return GroupCreated(group=request.group)


def add_group_member(request: ops.AddGroupMember, _view: AccessView, context: Context) -> GroupMemberAdded | Unchanged:
    """A member more."""
    _require_group(context, request.group)
    if request.member.startswith("group:"):
        raise InvalidRequestError("A group has users and service accounts as members, not groups.")
    _require_principal(context, request.member)
    fact = GroupMemberAdded(group=request.group, member=request.member)
    return Unchanged(fact) if _is_member(context, request.group, request.member) else fact


def remove_group_member(
    request: ops.RemoveGroupMember, _view: AccessView, context: Context
) -> GroupMemberRemoved | Unchanged:
    """A member less."""
    _require_group(context, request.group)
    fact = GroupMemberRemoved(group=request.group, member=request.member)
    if not _is_member(context, request.group, request.member):
        return Unchanged(fact)
    require_one_left(context.chassis.access, Without(membership=(request.group, request.member)))
    return fact


def create_token(request: ops.CreateToken, _view: AccessView, context: Context) -> Secret:
    """A new token; only its hash is kept."""
    _require_principal(context, request.principal)
    if request.principal.startswith("group:"):
        raise InvalidRequestError("A group has no tokens; its members have.")
    if request.expires is not None and request.expires <= context.time:
        raise InvalidRequestError("/expires: this moment is past already.")
    id_, whole, secret_hash = mint()
    fact = TokenCreated(
        token=id_, principal=request.principal, secret_hash=secret_hash, label=request.label, expires=request.expires
    )
    return Secret(fact, whole)


def revoke_token(request: ops.RevokeToken, _view: AccessView, context: Context) -> TokenRevoked | Unchanged:
    """A token ends."""
    row = context.chassis.access.db.execute(
        "SELECT revoked FROM tokens WHERE id = ? AND principal = ?", (request.token, request.principal)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"{request.principal} has no such token; `fairlead token list` shows them.")
    fact = TokenRevoked(principal=request.principal, token=request.token)
    return Unchanged(fact) if row[0] else fact


def create_binding(request: ops.CreateBinding, _view: AccessView, context: Context) -> RoleBound | Unchanged:
    """A role more for somebody."""
    if request.role in RELATIONS:
        raise InvalidRequestError(f"{request.role} holds towards one object only: it is computed, never given.")
    _require_principal(context, request.principal)
    _require_project(context, request.project)
    known = {rule.subject for rule in context.chassis.access.index.rules.rules}
    known |= {role for pair in context.chassis.access.index.rules.inherits for role in pair}
    if request.role not in known:
        roles = ", ".join(sorted(each for each in known if each.startswith("role:")))
        raise NotFoundError(f"The policy has no {request.role}; it has {roles}.")
    fact = RoleBound(principal=request.principal, role=request.role, domain=request.project)
    return Unchanged(fact) if _is_bound(context, request.principal, request.role, request.project) else fact


def delete_binding(request: ops.DeleteBinding, _view: AccessView, context: Context) -> RoleUnbound | Unchanged:
    """A role less; the last administrator stays."""
    fact = RoleUnbound(principal=request.principal, role=request.role, domain=request.project)
    if not _is_bound(context, request.principal, request.role, request.project):
        return Unchanged(fact)
    if request.project == EVERYWHERE:
        require_one_left(context.chassis.access, Without(role=(request.principal, request.role)))
    return fact


def apply_policy(request: ops.ApplyPolicy, _view: AccessView, context: Context) -> PolicyApplied | Unchanged:
    """A new revision, once it reads well and leaves an administrator in power."""
    rules = checked(request.model, request.rules)
    access = context.chassis.access
    asked = Asked(principal=context.principal, project=EVERYWHERE, resource=POLICY, action=APPLY)
    roles = access.roles(context.principal, EVERYWHERE)
    if not compile_rules(rules, 0).decide(asked, roles).allowed:
        raise RefusedError("Under this policy you could not apply another one; keep policy:apply for yourself.")
    digest = digest_of((request.model + "\0" + request.rules).encode())
    fact = PolicyApplied(model=request.model, rules=request.rules, digest=digest)
    newest = access.db.execute("SELECT digest FROM policies ORDER BY revision DESC LIMIT 1").fetchone()
    return Unchanged(fact) if newest and newest[0] == digest else fact


def _require_group(context: Context, group: str) -> None:
    if not exists(context.chassis.access, "groups", "name", group):
        raise NotFoundError(f"No group {group}; `fairlead group list` shows them.")


def _require_project(context: Context, project: str) -> None:
    if project != EVERYWHERE and not exists(context.chassis.access, "projects", "name", project):
        raise NotFoundError(f"No project {project}; `fairlead project list` shows them.")


def _require_principal(context: Context, principal: str) -> None:
    kind, _, name = principal.partition(":")
    table, key, value = ("groups", "name", name) if kind == "group" else ("users", "principal", principal)
    if not exists(context.chassis.access, table, key, value):
        raise NotFoundError(f"No {principal}; `fairlead {'group' if kind == 'group' else 'user'} list` shows them.")


def _is_member(context: Context, group: str, member: str) -> bool:
    query = "SELECT 1 FROM members WHERE (name, member) = (?, ?)"
    return context.chassis.access.db.execute(query, (group, member)).fetchone() is not None


def _is_bound(context: Context, principal: str, role: str, domain: str) -> bool:
    query = "SELECT 1 FROM bindings WHERE (principal, role, domain) = (?, ?, ?)"
    return context.chassis.access.db.execute(query, (principal, role, domain)).fetchone() is not None
