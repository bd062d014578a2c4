"""Which goals make sense: they name what exists, and no two of them contradict each other."""

from collections.abc import Iterable, Mapping
from typing import NoReturn, get_args

from fairlead_contracts.errors import FieldError, InvalidRequestError
from fairlead_contracts.facts.goals import MetricDeclared
from fairlead_contracts.facts.registry import VersionCreated
from fairlead_contracts.objectives import (
    Accuracy,
    ClassificationMetric,
    Custom,
    Drift,
    Goal,
    Missing,
    RegressionMetric,
    ScaleBounds,
)

_OF_TASK = {"classification": get_args(ClassificationMetric), "regression": get_args(RegressionMetric)}
_INFINITE = float("inf")


def require_known(goal: Goal, version: VersionCreated, metrics: Mapping[str, MetricDeclared]) -> None:
    """Raises: InvalidRequestError at the place that names a metric or feature that there is not."""
    wanted = goal.objective
    if isinstance(wanted, Accuracy) and wanted.metric not in _OF_TASK[version.card.task]:
        known = ", ".join(_OF_TASK[version.card.task])
        _refuse("/goal/objective/metric", f"a {version.card.task} model has no {wanted.metric}; it has {known}")
    if isinstance(wanted, Custom) and wanted.metric not in metrics:
        there_is = f"there is {', '.join(metrics)}" if metrics else "none is declared: `fairlead metric declare`"
        _refuse("/goal/objective/metric", f"no custom metric {wanted.metric} here; {there_is}")
    features = {each.name for each in version.signature.inputs}
    if isinstance(wanted, Missing) and wanted.feature not in features:
        _refuse("/goal/objective/feature", f"the model has no feature {wanted.feature}")
    if isinstance(wanted, Drift) and not isinstance(wanted.features, str):
        for place, name in enumerate(wanted.features):
            if name not in features:
                _refuse(f"/goal/objective/features/{place}", f"the model has no feature {name}")


def require_no_contradiction(goal: Goal, others: Iterable[Goal]) -> None:
    """Raises: InvalidRequestError naming the goal that this one cannot hold beside."""
    for other in others:
        if other.name == goal.name:
            continue
        mine, theirs = _range(goal), _range(other)
        if mine and theirs and mine[0] == theirs[0] and (mine[1] > theirs[2] or theirs[1] > mine[2]):
            _refuse("/goal/objective", f"goal {other.name} wants the opposite of the same metric; no value meets both")
        if goal.scale and other.scale and _apart(goal.scale, other.scale):
            _refuse("/goal/scale", f"goal {other.name} scales within bounds that these do not meet")


def _range(goal: Goal) -> tuple[tuple[str, ...], float, float] | None:
    wanted = goal.objective
    if not isinstance(wanted, Accuracy | Custom):
        return None
    low = -_INFINITE if wanted.at_least is None else wanted.at_least
    high = _INFINITE if wanted.at_most is None else wanted.at_most
    # A sum over a day and one over a week differ; accuracy means the same whatever the period.
    return (wanted.kind, wanted.metric, "" if isinstance(wanted, Accuracy) else wanted.by), low, high


def _apart(mine: ScaleBounds, theirs: ScaleBounds) -> bool:
    return mine.min_replicas > theirs.max_replicas or theirs.min_replicas > mine.max_replicas


def _refuse(pointer: str, detail: str) -> NoReturn:
    raise InvalidRequestError(f"{pointer}: {detail}.", [FieldError(pointer=pointer, detail=detail)])
