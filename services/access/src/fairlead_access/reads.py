"""What access shows."""

from fairlead_chassis.service import Context
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.names import EVERYWHERE
from fairlead_contracts.operations import access as ops

from fairlead_access.view import AccessView, exists


def list_projects(_request: ops.ListProjects, _view: AccessView, context: Context) -> ops.ProjectList:
    """The projects in which one has a role."""
    access = context.chassis.access
    rows = access.db.execute("SELECT name, description, created FROM projects ORDER BY name").fetchall()
    known = [row for row in rows if access.knows(context.principal, row[0])]
    return ops.ProjectList(items=tuple(ops.ProjectView(name=a, description=b, created=c) for a, b, c in known))


def list_users(_request: ops.ListUsers, _view: AccessView, context: Context) -> ops.UserList:
    """Everyone, with their groups."""
    db = context.chassis.access.db
    groups: dict[str, list[str]] = {}
    for name, member in db.execute("SELECT name, member FROM members ORDER BY name"):
        groups.setdefault(member, []).append(name)
    rows = db.execute("SELECT principal, home, created FROM users ORDER BY principal")
    return ops.UserList(
        items=tuple(ops.UserView(principal=a, home=b, created=c, groups=tuple(groups.get(a, ()))) for a, b, c in rows)
    )


def who_am_i(_request: ops.WhoAmI, _view: AccessView, context: Context) -> ops.Identity:
    """The caller, groups and roles."""
    db, principal = context.chassis.access.db, context.principal
    groups = [row[0] for row in db.execute("SELECT name FROM members WHERE member = ? ORDER BY name", (principal,))]
    holders = [principal, *(f"group:{name}" for name in groups)]
    marks = ", ".join("?" * len(holders))
    rows = db.execute(
        f"SELECT principal, role, domain FROM bindings WHERE principal IN ({marks}) ORDER BY 3, 2, 1",  # noqa: S608  # marks only
        holders,
    )
    bindings = tuple(ops.BindingView(principal=a, role=b, project=c) for a, b, c in rows)
    return ops.Identity(principal=principal, groups=tuple(groups), bindings=bindings)


def get_group(request: ops.GetGroup, _view: AccessView, context: Context) -> ops.GroupView:
    """A group."""
    access = context.chassis.access
    if not exists(access, "groups", "name", request.group):
        raise NotFoundError(f"No group {request.group}; `fairlead group list` shows them.")
    rows = access.db.execute("SELECT member FROM members WHERE name = ? ORDER BY member", (request.group,))
    return ops.GroupView(group=request.group, members=tuple(row[0] for row in rows))


def list_groups(_request: ops.ListGroups, view: AccessView, context: Context) -> ops.GroupList:
    """All groups."""
    names = [row[0] for row in context.chassis.access.db.execute("SELECT name FROM groups ORDER BY name")]
    return ops.GroupList(items=tuple(get_group(ops.GetGroup(group=name), view, context) for name in names))


def list_tokens(request: ops.ListTokens, _view: AccessView, context: Context) -> ops.TokenList:
    """Someone's tokens."""
    rows = context.chassis.access.db.execute(
        "SELECT id, principal, label, created, expires, revoked FROM tokens WHERE principal = ? ORDER BY created",
        (request.principal,),
    )
    names = ("token", "principal", "label", "created", "expires", "revoked")
    return ops.TokenList(items=tuple(ops.TokenView(**dict(zip(names, row, strict=True))) for row in rows))


def list_bindings(request: ops.ListBindings, _view: AccessView, context: Context) -> ops.BindingList:
    """Who has which role there."""
    rows = context.chassis.access.db.execute(
        "SELECT principal, role, domain FROM bindings WHERE domain IN (?, ?) ORDER BY 1, 2",
        (request.project, EVERYWHERE),
    )
    return ops.BindingList(items=tuple(ops.BindingView(principal=a, role=b, project=c) for a, b, c in rows))


def get_policy(_request: ops.GetPolicy, _view: AccessView, context: Context) -> ops.PolicyView:
    """The policy in force."""
    row = context.chassis.access.db.execute(
        "SELECT revision, digest, model, rules FROM policies ORDER BY revision DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise NotFoundError("No policy is in force yet.")
    return ops.PolicyView(revision=row[0], digest=row[1], model=row[2], rules=row[3])
