"""Values of custom metrics on their way to the monitor."""

from fairlead_contracts.names import Name
from fairlead_contracts.values import Message


class Value(Message):
    """One value of a custom metric; `time` in microseconds since 1970."""

    id: str
    time: int
    value: float
    count: int


class PointBatch(Message):
    """Values of one custom metric. Each has its id, so a batch that comes again counts once."""

    project: Name
    deployment: Name
    metric: Name
    values: tuple[Value, ...]
