"""Who has which role where, and who asks."""

from fairlead_contracts.facts.access import Domain, RoleBound, RoleUnbound
from fairlead_contracts.names import Principal, Role
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Message

_BINDING = "/api/v1/bindings/{project}/{principal}/{role}"


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


WHO_AM_I = Operation(
    "who_am_i", "principal:get", "access", Kind.READ, WhoAmI, Identity,
    "GET", "/api/v1/principal", "principal:*", open=True,
)  # fmt: skip
CREATE_BINDING = Operation(
    "create_binding", "binding:create", "access", Kind.CHANGE, CreateBinding, Accepted[RoleBound],
    "PUT", _BINDING, "binding:{role}", "binding/{role}", (RoleBound,), body="none",
)  # fmt: skip
DELETE_BINDING = Operation(
    "delete_binding", "binding:delete", "access", Kind.CHANGE, DeleteBinding, Accepted[RoleUnbound],
    "DELETE", _BINDING, "binding:{role}", "binding/{role}", (RoleUnbound,), body="none",
)  # fmt: skip
LIST_BINDINGS = Operation(
    "list_bindings", "binding:list", "access", Kind.READ, ListBindings, BindingList,
    "GET", "/api/v1/bindings/{project}", "binding:*",
)  # fmt: skip
