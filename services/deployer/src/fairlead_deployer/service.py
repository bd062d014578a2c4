"""What the deployer answers, and the reconciliation beside it."""

from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import deployer as operations
from fairlead_contracts.operations import reactions

from fairlead_deployer import decisions, reads
from fairlead_deployer.goals import decisions as goals
from fairlead_deployer.goals.reads import list_reactions
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
        Change(reactions.ROLL_BACK_DEPLOYMENT, goals.roll_back_deployment),
        Change(reactions.SCALE_DEPLOYMENT, goals.scale_deployment),
        Change(reactions.ASK_REACTION, goals.ask_reaction),
        Change(reactions.DECIDE_REACTION, goals.decide_reaction),
        Read(reactions.LIST_REACTIONS, list_reactions),
    ),
    view=DeployerView,
    own=Targets.installed,
    tasks=(reconcile,),
)
