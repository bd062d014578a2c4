"""Reports as rows: what `--csv` prints, and the data frames of the Python client."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.operations import monitor
from pydantic import BaseModel

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


def _accuracy(report: Any) -> Iterator[Row]:
    for each in report.items:
        head = each.model_dump(include={"start", "end", "model", "version", "role", "rows", "labelled"})
        for name, value in each.metrics.items():
            interval = each.intervals.get(name)
            ends = {"low": interval.low, "high": interval.high} if interval else {"low": None, "high": None}
            yield {**head, "metric": name, "value": value, **ends}


def _drift(report: Any) -> Iterator[Row]:
    for each in report.periods:
        head = {"start": each.start, "end": each.end, "version": each.version, "rows": each.rows}
        for feature in each.features:
            yield {**head, **_scalars(feature)}


def _health(report: Any) -> Iterator[Row]:
    for of, views in (("all", (report.merged,)), ("version", report.versions), ("replica", report.replicas)):
        for each in views:
            yield {"of": of, **_scalars(each)}


def _feature(report: Any) -> Iterator[Row]:
    for each in report.bins:
        yield {"feature": report.feature, **_scalars(each)}


def _coverage(report: Any) -> Iterator[Row]:
    yield _scalars(report)


def _scalars(reply: BaseModel) -> dict[str, Any]:
    values = {name: getattr(reply, name) for name in type(reply).model_fields}
    return {name: value for name, value in values.items() if not isinstance(value, BaseModel | tuple | dict)}


def _quality(report: Any) -> Iterator[Row]:
    for each in report.periods:
        head = {"start": each.start, "end": each.end, "version": each.version, "rows": each.rows}
        for feature in each.features:
            yield {**head, **_scalars(feature)}


def _divergence(report: Any) -> Iterator[Row]:
    for each in report.items:
        for feature in each.features:
            yield {**_scalars(each), **_scalars(feature)}


def _estimate(report: Any) -> Iterator[Row]:
    for each in report.items:
        head = _scalars(each) | {"doubts": "; ".join(each.doubts)}
        for name, estimated in each.metrics.items():
            yield {**head, "metric": name, **_scalars(estimated)}


ROWS: Mapping[type[BaseModel], Callable[[Any], Iterator[Row]]] = {
    monitor.AccuracyReport: _accuracy,
    monitor.DriftReport: _drift,
    monitor.HealthReport: _health,
    monitor.FeatureReport: _feature,
    monitor.CoverageReport: _coverage,
    monitor.EstimateReport: _estimate,
    monitor.PredictionDriftReport: _drift,
    monitor.QualityReport: _quality,
    monitor.DivergenceReport: _divergence,
}
"""The reports that can be shown as rows of one form."""


def frame(report: BaseModel) -> "pd.DataFrame":
    """A report as a data frame, one row for each value.

    Raises: InvalidRequestError for a reply that is no table; ModuleNotFoundError without pandas.
    """
    import pandas as pd

    return pd.DataFrame(list(rows_of(report)))


def rows_of(report: BaseModel) -> Iterator[Row]:
    """The rows. Raises: InvalidRequestError for a reply that is no table."""
    of = ROWS.get(type(report))
    if of is None:
        raise InvalidRequestError(f"{type(report).__name__} is no table: use its fields.")
    return of(report)


def print_csv(report: BaseModel) -> None:
    """The rows as CSV on the standard output, with a header where there are any."""
    rows = list(rows_of(report))
    writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [])
    if rows:
        writer.writeheader()
    writer.writerows(rows)


class Frames:
    """`client.frame.get_accuracy(deployment="loans")` and so on: the report of that name as a data frame."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., "pd.DataFrame"]:
        method = getattr(self._client, name)

        def framed(**fields: Any) -> "pd.DataFrame":
            return frame(method(**fields))

        return framed
