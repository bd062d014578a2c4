"""What a goal can demand: of the service, of the model, of the business. Each says where it is measured."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from fairlead_contracts.names import Name
from fairlead_contracts.values import Decimal, Message

Grain = Literal["hour", "day", "week", "month"]
Share = Annotated[Decimal, Field(gt=0, lt=1)]
Status = Literal["passing", "at risk", "failing", "unknown"]
ClassificationMetric = Literal["auc", "log_loss", "brier", "accuracy", "precision", "recall", "f1"]
RegressionMetric = Literal["mae", "rmse", "mape", "r2"]
AccuracyMetric = Literal[ClassificationMetric, RegressionMetric]


class _Rate(Message):
    """Of requests by receipt time: the share that may be bad is a budget over `budget_days`."""

    budget_days: int = Field(default=30, ge=1, le=90)
    min_requests: int = Field(default=100, ge=1, le=1_000_000)
    """With fewer requests in a window, it says nothing."""


class Latency(_Rate):
    """At least this share of the requests is answered within `under_ms`; `p99 under 50 ms` is a share of 0.99."""

    kind: Literal["latency"] = "latency"
    under_ms: Decimal = Field(gt=0, le=3_600_000)
    share: Share


class Errors(_Rate):
    """At most this share of the requests fails: by the server's fault, or by anyone's (`any`)."""

    kind: Literal["errors"] = "errors"
    at_most: Share
    fault: Literal["server", "any"] = "server"


class _Line(Message):
    """A value that stays at least, or at most, or between. It is at risk within `margin` of a line."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    margin: Decimal = Field(default=0.0, ge=0)
    by: Grain

    @model_validator(mode="after")
    def _has_a_line(self) -> "_Line":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most: no value can be both")
        return self


class Accuracy(_Line):
    """An accuracy metric of the champion, on the newest period with enough actuals."""

    kind: Literal["accuracy"] = "accuracy"
    metric: AccuracyMetric
    by: Grain = "week"
    min_actuals: int = Field(default=500, ge=1, le=100_000_000)


class Drift(Message):
    """At most so many features drift in the newest period with enough rows; by default no important one."""

    kind: Literal["drift"] = "drift"
    features: Literal["important", "every"] | Annotated[tuple[str, ...], Field(min_length=1, max_length=1_000)] = (
        "important"
    )
    at_most: int = Field(default=0, ge=0, le=1_000)
    by: Grain = "day"
    min_rows: int = Field(default=100, ge=1, le=1_000_000_000)


class Missing(Message):
    """At most this share of a feature's values is missing, in the newest period with enough rows."""

    kind: Literal["missing"] = "missing"
    feature: str = Field(min_length=1, max_length=250)
    at_most: Annotated[Decimal, Field(ge=0, lt=1)]
    by: Grain = "day"
    min_rows: int = Field(default=100, ge=1, le=1_000_000_000)


class Custom(_Line):
    """A custom metric of the deployment, on the newest period that is over."""

    kind: Literal["custom"] = "custom"
    metric: Name
    by: Grain = "day"


Objective = Annotated[
    Latency | Errors | Accuracy | Drift | Missing | Custom,
    Field(discriminator="kind"),
]


class ScaleBounds(Message):
    """How far the deployer may scale on its own."""

    min_replicas: int = Field(ge=1, le=100)
    max_replicas: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> "ScaleBounds":
        if self.min_replicas > self.max_replicas:
            raise ValueError("min_replicas is above max_replicas")
        return self


Action = Literal["notify", "hold", "roll-back", "scale", "ask-approval"]


class Goal(Message):
    """An objective on a deployment, and what happens when it is missed.

    A status changes for the worse once it was worse for `worse_after_minutes` without a break, and for the better
    once it was better for `better_after_minutes`: so a value that trembles on its line changes nothing.
    """

    name: Name
    objective: Objective
    action: Action = "notify"
    """`roll-back` and `ask-approval` go back to the last revision that served well, the latter once a person agreed;
    `hold` keeps rollouts and alias moves waiting; every one of them notifies too."""
    severity: Literal["warning", "critical"] = "critical"
    scale: ScaleBounds | None = None
    worse_after_minutes: int = Field(default=0, ge=0, le=10_080)
    better_after_minutes: int = Field(default=15, ge=0, le=10_080)
    description: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _can_act(self) -> "Goal":
        if (self.action == "scale") != (self.scale is not None):
            raise ValueError("`scale` holds the bounds of action `scale`: give both or neither")
        if self.action == "scale" and self.objective.kind not in ("latency", "errors"):
            raise ValueError("more replicas change neither data nor accuracy: scale on latency or errors")
        return self
