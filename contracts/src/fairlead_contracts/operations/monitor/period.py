"""What every operation on a deployment's telemetry shares."""

from typing import Literal

from fairlead_contracts.names import Name, Number
from fairlead_contracts.values import Instant, Message

SERVICE = "monitor"
DEPLOYMENT = "/api/v1/projects/{project}/deployments/{deployment}"
ON = "deployment:{deployment}"
Grain = Literal["hour", "day", "week", "month", "all"]


class Period(Message):
    """A deployment, a period (open where no end is given), and one version or whatever answered as champion."""

    project: Name
    deployment: Name
    start: Instant | None = None
    end: Instant | None = None
    version: Number | None = None
