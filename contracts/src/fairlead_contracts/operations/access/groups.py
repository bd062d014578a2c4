"""Groups and their members."""

from fairlead_contracts.facts.access import GroupCreated, GroupMemberAdded, GroupMemberRemoved
from fairlead_contracts.names import Name, Principal
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Message

_MEMBER = "/api/v1/groups/{group}/members/{member}"


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


CREATE_GROUP = Operation(
    "create_group", "group:create", "access", Kind.CHANGE, CreateGroup, Accepted[GroupCreated],
    "POST", "/api/v1/groups", "group:{group}", "group/{group}", (GroupCreated,),
)  # fmt: skip
GET_GROUP = Operation(
    "get_group", "group:get", "access", Kind.READ, GetGroup, GroupView,
    "GET", "/api/v1/groups/{group}", "group:{group}",
)  # fmt: skip
LIST_GROUPS = Operation(
    "list_groups", "group:list", "access", Kind.READ, ListGroups, GroupList, "GET", "/api/v1/groups", "group:*",
)  # fmt: skip
ADD_GROUP_MEMBER = Operation(
    "add_group_member", "group:add-member", "access", Kind.CHANGE, AddGroupMember, Accepted[GroupMemberAdded],
    "PUT", _MEMBER, "group:{group}", "group/{group}", (GroupMemberAdded,), body="none",
)  # fmt: skip
REMOVE_GROUP_MEMBER = Operation(
    "remove_group_member", "group:remove-member", "access", Kind.CHANGE, RemoveGroupMember,
    Accepted[GroupMemberRemoved], "DELETE", _MEMBER, "group:{group}", "group/{group}", (GroupMemberRemoved,),
    body="none",
)  # fmt: skip
