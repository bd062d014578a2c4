"""Facts about how a deployment is looked at."""

from pydantic import Field, model_validator

from fairlead_contracts.facts import Fact
from fairlead_contracts.names import Name
from fairlead_contracts.values import Decimal, Instant, Message

DAYS_A_MONTH = 30.4375


class Monitoring(Message):
    """How drift is looked at. Without a budget each look raises a false alarm at most one time in twenty."""

    false_pages: Decimal | None = Field(default=None, gt=0, le=1_000, description="False alarms at most, on average.")
    in_days: Decimal = Field(default=DAYS_A_MONTH, gt=0, le=3_660, description="In so many days; else in a month.")
    watch_from: Instant | None = Field(
        default=None, description="Judge all rows since then together, so that any number of looks is free."
    )
    detector: str = Field(default="psi", min_length=1, max_length=100, description="What verdicts go by.")
    effect_line: Decimal | None = Field(default=None, gt=0, le=1e9, description="The effect that matters.")
    keep_days: int | None = Field(
        default=None, ge=1, le=36_500, exclude_if=lambda days: days is None,
        description="Forget predictions and actuals after so many days; else keep them.",
    )  # fmt: skip
    # Left out where there is none, so that what was recorded before there were any reads and writes as it did.

    @model_validator(mode="after")
    def _days_need_pages(self) -> "Monitoring":
        if self.false_pages is None and self.in_days != DAYS_A_MONTH:
            raise ValueError("in_days is part of a budget: give false_pages too")
        return self


class MonitoringSet(Fact):
    """A deployment's drift is looked at in this way from now on."""

    type, kind = "monitoring_set", "monitor"
    project: Name
    deployment: Name
    settings: Monitoring
