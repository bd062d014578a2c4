"""Replies for people: tables in the terminal, the same in a command and in the demo."""

from collections.abc import Callable
from typing import Any

from fairlead_contracts.operations import Accepted, audit, channels, deployer, goals, monitor
from pydantic import BaseModel
from rich.console import Console

from fairlead_cli.show import accuracy, deployments, estimate, evidence, monitoring, plain, standing, telling

Renderer = Callable[[Console, Any], None]
_OWN: dict[type[BaseModel], Renderer] = {
    monitor.HealthReport: monitoring.health,
    monitor.DriftReport: monitoring.drift,
    monitor.FeatureReport: monitoring.feature,
    monitor.AccuracyReport: accuracy.accuracy,
    monitor.EstimateReport: estimate.estimate,
    goals.GoalList: standing.listed,
    channels.ChannelList: telling.listed,
    deployer.DeploymentView: deployments.one,
    deployer.DeploymentList: deployments.listed,
    audit.AuditList: evidence.records,
    audit.Trace: evidence.trace,
}


def render(console: Console, reply: BaseModel) -> None:
    """Print a reply: in its own way where it has one, else its fields and tables of what it lists."""
    if isinstance(reply, Accepted):
        plain.accepted(console, reply)
        return
    _OWN.get(type(reply), plain.fields)(console, reply)
