"""What the deployer answers, and the reconciliation beside it."""

from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import deployer as operations

from fairlead_deployer import decisions, reads
from fairlead_deployer.reconcile.loop import reconcile
from fairlead_deployer.targets import Targets
from fairlead_deployer.view import DeployerView

SERVICE = Service(
    name="deployer",
    handlers=(
        Change(operations.CREATE_DEPLOYMENT, decisions.create_deployment),
        Change(operations.UPDATE_DEPLOYMENT, decisions.update_deployment),
        Change(operations.ADVANCE_DEPLOYMENT, decisions.advance_deployment),
        Change(operations.END_ROLLOUT, decisions.end_rollout),
        Change(operations.DELETE_DEPLOYMENT, decisions.delete_deployment),
        Change(operations.CERTIFY_REPLICA, decisions.certify_replica),
        Read(operations.GET_DEPLOYMENT, reads.get_deployment),
        Read(operations.LIST_DEPLOYMENTS, reads.list_deployments),
    ),
    view=DeployerView,
    own=Targets.installed,
    tasks=(reconcile,),
)
