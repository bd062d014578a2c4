"""The pure decision on settings, and what there are."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.facts.monitoring import Monitoring, MonitoringSet
from fairlead_contracts.operations.monitor import GetMonitoring, MonitoringView, SetMonitoring

from fairlead_monitor.looking.looks import levels, look
from fairlead_monitor.view import MonitorView


def set_monitoring(request: SetMonitoring, view: MonitorView, _context: Context) -> MonitoringSet | Unchanged:
    """Settings that a report can be made by; the same again change nothing."""
    view.require(request.project, request.deployment)
    settings = Monitoring(**request.model_dump(exclude={"project", "deployment"}))
    look(settings, "day")
    fact = MonitoringSet(project=request.project, deployment=request.deployment, settings=settings)
    same = view.looking.of(request.project, request.deployment).settings == settings
    return Unchanged(fact) if same else fact


def get_monitoring(request: GetMonitoring, view: MonitorView, _context: Context) -> MonitoringView:
    """How a deployment is looked at."""
    view.require(request.project, request.deployment)
    found = view.looking.of(request.project, request.deployment)
    return MonitoringView(
        settings=found.settings, levels=levels(found.settings), actor=found.actor, since=found.since
    )  # fmt: skip
