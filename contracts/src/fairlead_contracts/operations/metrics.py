"""Custom metrics of a deployment: values that users post, kept by event time, reported by period."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.facts.goals import MetricDeclared, MetricRemoved
from fairlead_contracts.names import Name
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

SERVICE = "monitor"
Aggregation = Literal["sum", "mean", "gauge"]


class DeclareMetric(Message):
    """Declare a custom metric: values that add up, that are averaged, or of which the last one counts."""

    project: Name
    deployment: Name
    metric: Name
    aggregation: Aggregation
    unit: str = Field(default="", max_length=40)
    description: str = Field(default="", max_length=500)


class RemoveMetric(Message):
    """Remove a custom metric; refused while a goal stands on it."""

    project: Name
    deployment: Name
    metric: Name


class ListMetrics(Message):
    """List the custom metrics of a deployment."""

    project: Name
    deployment: Name


class MetricView(Message):
    """A custom metric."""

    metric: str
    aggregation: Aggregation
    unit: str
    description: str


class MetricList(Message):
    """Custom metrics by name."""

    items: tuple[MetricView, ...]


class Point(Message):
    """A value, in a mean one of `count` observations. Of two with one id the first counts; without one each counts."""

    value: float
    count: int = Field(default=1, ge=1, le=1_000_000_000)
    time: Instant | None = None
    id: str | None = Field(default=None, min_length=1, max_length=200)


class RecordMetric(Message):
    """Post values of a custom metric, up to 5,000 at once."""

    project: Name
    deployment: Name
    metric: Name
    points: tuple[Point, ...] = Field(min_length=1, max_length=5_000)


class MetricRecorded(Message):
    """How many values were taken in."""

    points: int


class GetMetric(Message):
    """Show a custom metric by period of event time."""

    project: Name
    deployment: Name
    metric: Name
    start: Instant | None = None
    end: Instant | None = None
    by: Literal["hour", "day", "week", "month", "all"] = "day"


class MetricPeriod(Message):
    """A period: its value as the metric's aggregation has it, over so many counted values."""

    start: Instant
    end: Instant
    value: float
    count: int


class MetricReport(Message):
    """A custom metric by period."""

    metric: MetricView
    periods: tuple[MetricPeriod, ...]


_METRICS = "/api/v1/projects/{project}/deployments/{deployment}/metrics"
_ONE = _METRICS + "/{metric}"
_ON, _AGGREGATE = "deployment:{deployment}", "goal/{deployment}"  # one with goals, so none stands on a removed one

DECLARE_METRIC = Operation(
    "declare_metric", "metric:declare", SERVICE, Kind.CHANGE, DeclareMetric, Accepted[MetricDeclared],
    "PUT", _ONE, _ON, _AGGREGATE, (MetricDeclared,),
)  # fmt: skip
REMOVE_METRIC = Operation(
    "remove_metric", "metric:remove", SERVICE, Kind.CHANGE, RemoveMetric, Accepted[MetricRemoved],
    "DELETE", _ONE, _ON, _AGGREGATE, (MetricRemoved,), body="none",
)  # fmt: skip
LIST_METRICS = Operation(
    "list_metrics", "metric:list", SERVICE, Kind.READ, ListMetrics, MetricList, "GET", _METRICS, _ON,
)  # fmt: skip
RECORD_METRIC = Operation(
    "record_metric", "metric:record", SERVICE, Kind.TELEMETRY, RecordMetric, MetricRecorded,
    "POST", _ONE + "/points", _ON,
)  # fmt: skip
GET_METRIC = Operation(
    "get_metric", "metric:get", SERVICE, Kind.READ, GetMetric, MetricReport, "GET", _ONE, _ON,
)  # fmt: skip

OPERATIONS = (DECLARE_METRIC, REMOVE_METRIC, LIST_METRICS, RECORD_METRIC, GET_METRIC)
