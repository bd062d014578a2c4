"""Deployments: the list, and what is desired and what runs of one of them."""

import asyncio
from typing import Any

from fairlead_contracts.operations import deployer, goals, monitor
from fastapi import Response

from fairlead_gateway.console.charts.periods import telling
from fairlead_gateway.console.visit import Visit

_SHOWN = 50
"""Deployments whose goals the list shows; each is a question of its own."""


async def listed(visit: Visit) -> Response:
    """Every deployment of the project: what serves, whether it can, and how its goals stand."""
    found = await visit.ask(deployer.LIST_DEPLOYMENTS, project=visit.project)
    shown = found.items[:_SHOWN]
    standing = await asyncio.gather(*(_goals(visit, each.deployment) for each in shown))
    rows: list[Any] = list(zip(shown, standing, strict=True))
    rows += [(each, None) for each in found.items[_SHOWN:]]
    return await visit.page("deployments.html", rows=rows)


async def overview(visit: Visit) -> Response:
    """One deployment: its figures at a glance, its replicas, its revisions."""
    at = {"project": visit.project, "deployment": visit.at("deployment")}
    view = await visit.ask(deployer.GET_DEPLOYMENT, **at)
    health, coverage, drift, accuracy, standing = await visit.ask_all(
        (monitor.GET_HEALTH, at), (monitor.GET_COVERAGE, at), (monitor.GET_DRIFT, {**at, "by": "month"}),
        (monitor.GET_ACCURACY, {**at, "by": "month"}), (goals.LIST_GOALS, at),
    )  # fmt: skip
    period = drift.periods[telling(drift.periods)] if drift.periods else None
    return await visit.page(
        "deployment/overview.html", deployment=at["deployment"], tab="overview", view=view, health=health,
        coverage=coverage, period=period, accuracy=_newest(accuracy.items), goals=standing.items,
    )  # fmt: skip


async def _goals(visit: Visit, deployment: str) -> Any:
    if not visit.may(goals.LIST_GOALS, f"deployment:{deployment}"):
        return None
    return (await visit.ask(goals.LIST_GOALS, project=visit.project, deployment=deployment)).items


def _newest(items: Any) -> Any:
    champions = [each for each in items if each.role == "champion" and each.metrics]
    return max(champions, key=lambda each: each.end, default=None)
