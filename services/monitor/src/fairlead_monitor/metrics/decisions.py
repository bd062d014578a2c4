"""The pure decisions about custom metrics, and what there are."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.errors import NotFoundError, RefusedError
from fairlead_contracts.facts.goals import MetricDeclared, MetricRemoved
from fairlead_contracts.objectives import Custom
from fairlead_contracts.operations.metrics import DeclareMetric, ListMetrics, MetricList, MetricView, RemoveMetric

from fairlead_monitor.goals.decisions import serving
from fairlead_monitor.view import MonitorView

MOST = 50


def declare_metric(request: DeclareMetric, view: MonitorView, _context: Context) -> MetricDeclared | Unchanged:
    """A metric; its aggregation stays, since the values were posted for it."""
    serving(view, request.project, request.deployment)
    known = view.goals.metrics(request.project, request.deployment)
    fact = MetricDeclared(**request.model_dump())
    before = known.get(request.metric)
    if before == fact:
        return Unchanged(fact)
    if before is not None and before.aggregation != fact.aggregation:
        raise RefusedError(f"Metric {request.metric} is a {before.aggregation}; declare another under a new name.")
    if before is None and len(known) >= MOST:
        raise RefusedError(f"Deployment {request.deployment} has {MOST} custom metrics, the most there can be.")
    return fact


def remove_metric(request: RemoveMetric, view: MonitorView, _context: Context) -> MetricRemoved:
    """End a metric that no goal stands on."""
    declared(view, request.project, request.deployment, request.metric)
    for each in view.goals.goals(request.project, request.deployment):
        wanted = each.goal.objective
        if isinstance(wanted, Custom) and wanted.metric == request.metric:
            raise RefusedError(f"Goal {each.goal.name} stands on metric {request.metric}; remove the goal first.")
    return MetricRemoved(project=request.project, deployment=request.deployment, metric=request.metric)


def list_metrics(request: ListMetrics, view: MonitorView, _context: Context) -> MetricList:
    """The custom metrics of a deployment."""
    serving(view, request.project, request.deployment)
    return MetricList(items=tuple(map(shown, view.goals.metrics(request.project, request.deployment).values())))


def declared(view: MonitorView, project: str, deployment: str, metric: str) -> MetricDeclared:
    """A metric that there is. Raises: NotFoundError."""
    serving(view, project, deployment)
    found = view.goals.metrics(project, deployment).get(metric)
    if found is None:
        raise NotFoundError(
            f"Deployment {deployment} has no custom metric {metric}; `fairlead metric declare` makes one."
        )
    return found


def shown(fact: MetricDeclared) -> MetricView:
    """A metric as it is shown."""
    return MetricView(
        metric=fact.metric, aggregation=fact.aggregation, unit=fact.unit, description=fact.description
    )  # fmt: skip
