"""Goals and alerts: how they stand, what comes of those that are missed, and when they changed."""

import asyncio
from typing import Any

from fairlead_contracts.operations import audit, deployer, goals, metrics, reactions
from fastapi import Response

from fairlead_gateway.console.visit import Visit

_WORST = ("failing", "at risk", "unknown", "passing")
_ALERTS = 200


async def of_deployment(visit: Visit) -> Response:
    """One deployment's goals, what its missed ones lead to, its custom metrics, and its alerts so far."""
    at = {"project": visit.project, "deployment": visit.at("deployment")}
    standing, led_to, declared = await visit.ask_all(
        (goals.LIST_GOALS, at), (reactions.LIST_REACTIONS, at), (metrics.LIST_METRICS, at)
    )
    return await visit.page(
        "deployment/goals.html", deployment=at["deployment"], tab="goals", goals=_worst_first(standing.items),
        reactions={each.goal: each for each in led_to.items}, metrics=declared.items,
        alerts=await _alerts(visit, at["deployment"]),
    )  # fmt: skip


async def of_project(visit: Visit) -> Response:
    """Every goal of the project, the worst first, and the newest alerts."""
    found = await visit.ask(deployer.LIST_DEPLOYMENTS, project=visit.project)
    names = [each.deployment for each in found.items]
    lists = await asyncio.gather(
        *(visit.ask(goals.LIST_GOALS, project=visit.project, deployment=name) for name in names)
    )
    every = [each for listed in lists for each in listed.items]
    return await visit.page("goals.html", goals=_worst_first(every), alerts=await _alerts(visit, None))


def _worst_first(items: Any) -> list[Any]:
    return sorted(items, key=lambda each: (_WORST.index(each.status), each.deployment, each.goal.name))


async def _alerts(visit: Visit, deployment: str | None) -> list[Any] | None:
    if not visit.may_audit(audit.SEARCH_AUDIT):
        return None
    found = await visit.ask(audit.SEARCH_AUDIT, kind="alert", domain=visit.project, limit=_ALERTS)
    told = [(each, each.facts[0]["data"]) for each in found.items if each.facts]
    return [(entry, fact) for entry, fact in told if deployment is None or fact.get("deployment") == deployment]
