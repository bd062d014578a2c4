"""Users and service accounts."""

from fairlead_contracts.facts.access import UserCreated
from fairlead_contracts.names import Name, Principal
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message


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


CREATE_USER = Operation(
    "create_user", "user:create", "access", Kind.CHANGE, CreateUser, Accepted[UserCreated],
    "POST", "/api/v1/users", "{principal}", "user/{principal}", (UserCreated,),
)  # fmt: skip
LIST_USERS = Operation(
    "list_users", "user:list", "access", Kind.READ, ListUsers, UserList, "GET", "/api/v1/users", "user:*",
)  # fmt: skip
