"""What the monitor answers, and the consumers beside it."""

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import channels as channel_operations
from fairlead_contracts.operations import goals as goal_operations
from fairlead_contracts.operations import metrics as metric_operations
from fairlead_contracts.operations import monitor as operations

from fairlead_monitor.actuals.recording import import_actuals, publish_actuals, record_actuals
from fairlead_monitor.answering.copies import answer_copies, answered
from fairlead_monitor.answering.reports import REPORTS
from fairlead_monitor.archive.keeping import keep_archive
from fairlead_monitor.goals import decisions as goals
from fairlead_monitor.goals import reads as goal_reads
from fairlead_monitor.goals.keeper import keep_goals
from fairlead_monitor.intake.telemetry import take_telemetry
from fairlead_monitor.keeping import expire_windows, keep_snapshots
from fairlead_monitor.looking.decisions import get_monitoring, set_monitoring
from fairlead_monitor.metrics import decisions as metrics
from fairlead_monitor.metrics.points import get_metric, record_metric, take_points
from fairlead_monitor.notify import decisions as channels
from fairlead_monitor.notify.notifying import notify
from fairlead_monitor.notify.reads import get_channel, list_channels, try_channel
from fairlead_monitor.own import Own
from fairlead_monitor.view import MonitorView


async def hold_partitions(chassis: Chassis) -> None:
    """Share the partitions with the other copies until cancelled."""
    await chassis.own.owning.hold()


SERVICE = Service(
    name="monitor",
    handlers=(
        Read(operations.RECORD_ACTUALS, record_actuals),
        Change(operations.IMPORT_ACTUALS, import_actuals, prepare=publish_actuals),
        *(Read(operation, answered(operation)) for operation in REPORTS),
        Change(operations.SET_MONITORING, set_monitoring),
        Read(operations.GET_MONITORING, get_monitoring),
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
        Change(channel_operations.SET_CHANNEL, channels.set_channel),
        Change(channel_operations.REMOVE_CHANNEL, channels.remove_channel),
        Read(channel_operations.LIST_CHANNELS, list_channels),
        Read(channel_operations.GET_CHANNEL, get_channel),
        Read(channel_operations.TRY_CHANNEL, try_channel),
    ),
    view=MonitorView,
    tasks=(
        hold_partitions,
        answer_copies,
        expire_windows,
        keep_snapshots,
        keep_archive,
        take_telemetry,
        take_points,
        keep_goals,
        notify,
    ),
    own=Own,
)
