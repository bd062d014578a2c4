"""What access answers, and what it makes at the first start."""

from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import access as ops

from fairlead_access import decisions, reads
from fairlead_access.bootstrap import bootstrap
from fairlead_access.view import AccessView

SERVICE = Service(
    name="access",
    handlers=(
        Change(ops.CREATE_PROJECT, decisions.create_project),
        Change(ops.CREATE_USER, decisions.create_user),
        Change(ops.CREATE_GROUP, decisions.create_group),
        Change(ops.ADD_GROUP_MEMBER, decisions.add_group_member),
        Change(ops.REMOVE_GROUP_MEMBER, decisions.remove_group_member),
        Change(ops.CREATE_TOKEN, decisions.create_token),
        Change(ops.REVOKE_TOKEN, decisions.revoke_token),
        Change(ops.CREATE_BINDING, decisions.create_binding),
        Change(ops.DELETE_BINDING, decisions.delete_binding),
        Change(ops.APPLY_POLICY, decisions.apply_policy),
        Read(ops.LIST_PROJECTS, reads.list_projects),
        Read(ops.LIST_USERS, reads.list_users),
        Read(ops.WHO_AM_I, reads.who_am_i),
        Read(ops.GET_GROUP, reads.get_group),
        Read(ops.LIST_GROUPS, reads.list_groups),
        Read(ops.LIST_TOKENS, reads.list_tokens),
        Read(ops.LIST_BINDINGS, reads.list_bindings),
        Read(ops.GET_POLICY, reads.get_policy),
    ),
    view=AccessView,
    before=bootstrap,
)
