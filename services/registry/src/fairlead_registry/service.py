"""What the registry answers."""

from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import registry as ops

from fairlead_registry import decisions, reads
from fairlead_registry.examine import examine
from fairlead_registry.orphans import remove_orphans
from fairlead_registry.view import RegistryView

SERVICE = Service(
    name="registry",
    handlers=(
        Change(ops.CREATE_MODEL, decisions.create_model),
        Change(ops.CREATE_VERSION, decisions.create_version, prepare=examine),
        Change(ops.APPROVE_VERSION, decisions.approve_version),
        Change(ops.SET_ALIAS, decisions.set_alias),
        Change(ops.DELETE_ALIAS, decisions.delete_alias),
        Read(ops.GET_MODEL, reads.get_model),
        Read(ops.LIST_MODELS, reads.list_models),
        Read(ops.GET_VERSION, reads.get_version),
        Read(ops.LIST_VERSIONS, reads.list_versions),
        Read(ops.GET_ALIAS, reads.get_alias),
        Read(ops.GET_BASELINE, reads.get_baseline),
    ),
    view=RegistryView,
    tasks=(remove_orphans,),
)
