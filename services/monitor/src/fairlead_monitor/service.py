"""What the monitor answers, and the consumers beside it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.service import Change, Context, Read, Service
from fairlead_contracts.operations import goals as goal_operations
from fairlead_contracts.operations import metrics as metric_operations
from fairlead_contracts.operations import monitor as operations

from fairlead_monitor.actuals import import_actuals, publish_actuals, record_actuals
from fairlead_monitor.goals import decisions as goals
from fairlead_monitor.goals import reads as goal_reads
from fairlead_monitor.goals.keeper import keep_goals
from fairlead_monitor.intake.telemetry import take_telemetry
from fairlead_monitor.metrics import decisions as metrics
from fairlead_monitor.metrics.points import get_metric, record_metric, take_points
from fairlead_monitor.own import Own
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports import accuracy as accuracy_reports
from fairlead_monitor.reports import coverage as coverage_reports
from fairlead_monitor.reports import drift as drift_reports
from fairlead_monitor.reports import health as health_reports
from fairlead_monitor.reports.sources import baselines, cards
from fairlead_monitor.view import MonitorView

ReplyT = TypeVar("ReplyT")


def _reading(report: Callable[..., ReplyT]) -> Callable[..., Any]:
    async def answer(request: Any, view: MonitorView, context: Context) -> ReplyT:
        view.require(request.project, request.deployment)
        extra = _extra(report, request, view, context.chassis)
        own: Own = context.chassis.own

        def run() -> ReplyT:
            with own.files.reading(partition_of(request.project, request.deployment)) as db:
                return report(db, request, *extra)

        return await asyncio.to_thread(run)

    return answer


def _extra(report: Any, request: Any, view: MonitorView, chassis: Chassis) -> tuple[Any, ...]:
    if report is accuracy_reports.accuracy:
        return (cards(request.project, view),)
    if report in (drift_reports.drift_report, drift_reports.feature_report):
        return (baselines(chassis.own.baselines, asyncio.get_running_loop()),)
    return ()


SERVICE = Service(
    name="monitor",
    handlers=(
        Read(operations.RECORD_ACTUALS, record_actuals),
        Change(operations.IMPORT_ACTUALS, import_actuals, prepare=publish_actuals),
        Read(operations.GET_HEALTH, _reading(health_reports.health)),
        Read(operations.GET_COVERAGE, _reading(coverage_reports.coverage)),
        Read(operations.GET_DRIFT, _reading(drift_reports.drift_report)),
        Read(operations.GET_FEATURE, _reading(drift_reports.feature_report)),
        Read(operations.GET_ACCURACY, _reading(accuracy_reports.accuracy)),
        Change(goal_operations.SET_GOAL, goals.set_goal),
        Change(goal_operations.REMOVE_GOAL, goals.remove_goal),
        Change(goal_operations.JUDGE_GOAL, goals.judge_goal),
        Read(goal_operations.GET_GOAL, goal_reads.get_goal),
        Read(goal_operations.LIST_GOALS, goal_reads.list_goals),
        Change(metric_operations.DECLARE_METRIC, metrics.declare_metric),
        Change(metric_operations.REMOVE_METRIC, metrics.remove_metric),
        Read(metric_operations.LIST_METRICS, metrics.list_metrics),
        Read(metric_operations.RECORD_METRIC, record_metric),
        Read(metric_operations.GET_METRIC, get_metric),
    ),
    view=MonitorView,
    tasks=(take_telemetry, take_points, keep_goals),
    own=Own,
)
