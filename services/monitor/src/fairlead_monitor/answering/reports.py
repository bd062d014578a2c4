"""Every report: the operation that asks for it, and how it is made of a partition's file."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations import monitor as operations
from fairlead_contracts.values import now
from pydantic import BaseModel

from fairlead_monitor.actuals.checking import check
from fairlead_monitor.answering.files import keeping
from fairlead_monitor.archive.exporting import export
from fairlead_monitor.archive.reading import Wanted, bring
from fairlead_monitor.archive.store import fetching
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.reports.accuracy import accuracy
from fairlead_monitor.reports.between import compare_drift
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.reports.divergence import divergence
from fairlead_monitor.reports.drift import drift_report, feature_report
from fairlead_monitor.reports.estimate import estimate
from fairlead_monitor.reports.health import health
from fairlead_monitor.reports.periods import span
from fairlead_monitor.reports.predictions import prediction_drift
from fairlead_monitor.reports.quality import quality
from fairlead_monitor.reports.sources import baselines, cards

Needs = Callable[[Any, Chassis], tuple[Any, ...]]


@dataclass(frozen=True)
class Report:
    """A report, and what it needs beside the file and the request; asked for in the event loop, made in a thread."""

    make: Callable[..., BaseModel]
    needs: Needs = lambda _request, _chassis: ()
    predictions: Callable[[Any], Wanted] | None = None
    """Which archived predictions it is made of beside those in the file; None: no predictions."""


def _cards(request: Any, chassis: Chassis) -> tuple[Any, ...]:
    return (cards(request.project, chassis.part),)


def _baselines(request: Any, chassis: Chassis) -> tuple[Any, ...]:
    looked = chassis.part.looking.of(request.project, request.deployment).settings
    return (baselines(chassis.own.baselines, asyncio.get_running_loop()), looked)


def _bins(_request: Any, chassis: Chassis) -> tuple[Any, ...]:
    return (baselines(chassis.own.baselines, asyncio.get_running_loop()),)


def _kinds(request: Any, chassis: Chassis) -> tuple[Any, ...]:
    return (chassis.part.cards(request.project, request.deployment), now())


def _keeping(request: Any, chassis: Chassis) -> tuple[Any, ...]:
    return (keeping(chassis, request.project),)


def _every(_request: Any) -> Wanted:
    return Wanted()


def _within(request: Any) -> Wanted:
    return Wanted(*span(request.start, request.end))


def _until(request: Any) -> Wanted:
    return Wanted(last=span(None, request.end)[1])


def _of_ids(request: Any) -> Wanted:
    return Wanted(ids=frozenset(each.id for each in request.actuals))


REPORTS: Mapping[Operation[Any, Any], Report] = {
    operations.GET_HEALTH: Report(health),
    operations.GET_COVERAGE: Report(coverage, predictions=_every),
    operations.GET_DRIFT: Report(drift_report, _baselines),
    operations.GET_FEATURE: Report(feature_report, _baselines),
    operations.GET_ACCURACY: Report(accuracy, _cards, _within),
    operations.GET_ESTIMATE: Report(estimate, _cards, _until),
    operations.COMPARE_DRIFT: Report(compare_drift, _bins),
    operations.GET_PREDICTION_DRIFT: Report(prediction_drift, predictions=_until),
    operations.EXPORT_PREDICTIONS: Report(export, _keeping, _within),
    operations.GET_QUALITY: Report(quality, _bins),
    operations.GET_DIVERGENCE: Report(divergence, _bins),
    operations.CHECK_ACTUALS: Report(check, _kinds, _of_ids),
}


async def made(operation: Operation[Any, Any], request: Any, chassis: Chassis) -> BaseModel:
    """The report, from this copy's file."""
    report = REPORTS[operation]
    given, of = report.needs(request, chassis), (request.project, request.deployment)
    fetch = fetching(chassis.own.archive, asyncio.get_running_loop())

    def run() -> BaseModel:
        with chassis.own.files.reading(partition_of(*of)) as db:
            if report.predictions is not None:
                bring(db, of, report.predictions(request), fetch)
            return report.make(db, request, *given)

    return await asyncio.to_thread(run)
