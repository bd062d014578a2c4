"""How a deployment's drift is looked at: the alarm budget, the watch, the detector."""

from fairlead_contracts.facts.monitoring import Monitoring, MonitoringSet
from fairlead_contracts.names import Name
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE
from fairlead_contracts.values import Instant, Message


class SetMonitoring(Monitoring):
    """Set how a deployment's drift is looked at; what is not given goes back to how it is without settings."""

    project: Name
    deployment: Name


class GetMonitoring(Message):
    """Show how a deployment's drift is looked at, and how sure a look must be at each grain."""

    project: Name
    deployment: Name


class MonitoringView(Message):
    """The settings, who set them and when. `levels`: the chance of a false alarm at a look, by the grain of looks."""

    settings: Monitoring
    levels: dict[str, float]
    actor: str | None = None
    since: Instant | None = None


SET_MONITORING = Operation(
    "set_monitoring", "monitoring:set", SERVICE, Kind.CHANGE, SetMonitoring, Accepted[MonitoringSet],
    "PUT", DEPLOYMENT + "/monitoring", ON, "monitor/{deployment}", (MonitoringSet,),
)  # fmt: skip
GET_MONITORING = Operation(
    "get_monitoring", "monitoring:get", SERVICE, Kind.READ, GetMonitoring, MonitoringView,
    "GET", DEPLOYMENT + "/monitoring", ON,
)  # fmt: skip
