"""What is known of a deployment in production: drift, data quality, accuracy, service."""

from typing import Any

from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations import monitor
from fastapi import Response

from fairlead_gateway.console.charts.bars import bars
from fairlead_gateway.console.charts.lines import lines
from fairlead_gateway.console.charts.periods import columns, telling
from fairlead_gateway.console.charts.ranges import ranges
from fairlead_gateway.console.charts.scatter import scatter
from fairlead_gateway.console.visit import Visit

GRAINS = ("day", "week", "month", "all")
_ROWS = 100
"""Features in a table, unless all are asked for."""


async def drift(visit: Visit) -> Response:
    """Every feature's drift against its importance in one period, and one feature's details."""
    at, by = _at(visit), _grain(visit)
    report = await visit.ask(monitor.GET_DRIFT, **at, by=by)
    around = {**_around(visit, "drift"), "by": by, "grains": GRAINS, "report": report}
    if not report.periods:
        return await visit.page("deployment/drift.html", **around, period=None)
    place = _chosen(visit, len(report.periods), telling(report.periods))
    period = report.periods[place]
    ranked = sorted(period.features, key=lambda each: -each.psi)
    name = visit.query("feature") or (ranked[0].feature if ranked else None)
    feature = None
    if name is not None:
        asked = {**at, "feature": name, "start": period.start, "end": period.end, "version": period.version}
        feature = await visit.ask(monitor.GET_FEATURE, **asked)
    everything = visit.query("features") == "all"
    return await visit.page(
        "deployment/drift.html", **around, period=period, place=place, chart=scatter(report, period), feature=feature,
        bars=bars(feature) if feature else None, columns=columns(report.periods, place),
        features=ranked if everything else ranked[:_ROWS], most=max((each.psi for each in ranked), default=0.0),
    )  # fmt: skip


async def quality(visit: Visit) -> Response:
    """Missing values, values outside of the training range and unknown levels, in one period."""
    by = _grain(visit)
    report = await visit.ask(monitor.GET_QUALITY, **_at(visit), by=by)
    around = {**_around(visit, "quality"), "by": by, "grains": GRAINS, "report": report}
    if not report.periods:
        return await visit.page("deployment/quality.html", **around, period=None)
    place = _chosen(visit, len(report.periods), len(report.periods) - 1)
    period = report.periods[place]
    ranked = sorted(period.features, key=lambda each: (each.status != "failing", each.status != "at risk"))
    return await visit.page(
        "deployment/quality.html", **around, period=period, place=place,
        features=ranked if visit.query("features") == "all" else ranked[:_ROWS],
    )  # fmt: skip


async def accuracy(visit: Visit) -> Response:
    """Accuracy over time of champion and challengers, where the truth is known."""
    by = _grain(visit)
    report = await visit.ask(monitor.GET_ACCURACY, **_at(visit), by=by)
    names = list(dict.fromkeys(name for each in report.items for name in each.metrics))
    asked = visit.query("metric")
    name = asked if asked in names else (names[0] if names else None)
    items = sorted(report.items, key=lambda each: (each.end, each.role, each.version), reverse=True)
    return await visit.page(
        "deployment/accuracy.html", **_around(visit, "accuracy"), by=by, grains=GRAINS, names=names, name=name,
        items=items, chart=lines(report.items, name) if name else None, level=report.level,
        shown=[name, *(each for each in names if each != name)][:4] if name else [],
    )  # fmt: skip


async def service(visit: Visit) -> Response:
    """Requests, errors and latency by version and by replica, and whether all that was served was counted."""
    at = _at(visit)
    health, coverage = await visit.ask_all((monitor.GET_HEALTH, at), (monitor.GET_COVERAGE, at))
    return await visit.page(
        "deployment/service.html",
        **_around(visit, "service"),
        health=health,
        coverage=coverage,
        chart=ranges(health.replicas),
    )


def _at(visit: Visit) -> dict[str, Any]:
    return {"project": visit.project, "deployment": visit.at("deployment")}


def _around(visit: Visit, tab: str) -> dict[str, Any]:
    return {"deployment": visit.at("deployment"), "tab": tab}


def _grain(visit: Visit) -> str:
    asked = visit.query("by")
    return asked if asked in GRAINS else "month"


def _chosen(visit: Visit, periods: int, otherwise: int) -> int:
    asked = visit.query("period")
    if asked is None:
        return otherwise
    if not (asked.isascii() and asked.isdigit() and int(asked) < periods):
        raise NotFoundError("There is no such period in this report any more.")
    return int(asked)
