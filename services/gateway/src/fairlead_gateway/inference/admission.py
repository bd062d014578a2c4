"""Who is let in: at most so many requests at once, and so many a second of each project."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fairlead_contracts.errors import RateLimitedError, UnavailableError
from prometheus_client import Counter

_OTHERS = "*"
SHED = Counter("fairlead_inference_shed", "Requests that were turned away as there were too many at once")
LIMITED = Counter("fairlead_inference_limited", "Requests over their project's quota", ["project"])


class OverQuotaError(RateLimitedError):
    """A project's requests are used up for the moment; `after`: seconds until there is room for the next."""

    def __init__(self, detail: str, after: float) -> None:
        super().__init__(detail)
        self.after = after


class Admission:
    """Counts what is under way, and fills each project's bucket with its quota a second; a bucket holds one second.

    `quotas`: requests a second by project; `*` is each other project's. Without either there is no limit.
    """

    def __init__(self, at_once: int, quotas: Mapping[str, float]) -> None:
        self._at_once, self._quotas = at_once, quotas
        self._under_way = 0
        self._buckets: dict[str, tuple[float, float]] = {}

    @contextmanager
    def one(self, project: str) -> Iterator[None]:
        """One request under way. Raises: OverQuotaError, UnavailableError when there are too many at once."""
        if self._under_way >= self._at_once:
            SHED.inc()
            raise UnavailableError("The gateway answers as many requests at once as it can; retry in a moment.")
        quota = self._quotas.get(project, self._quotas.get(_OTHERS))
        if quota is not None:
            self._take(project, quota)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def _take(self, project: str, quota: float) -> None:
        now, room = time.monotonic(), max(1.0, quota) if quota > 0 else 0.0
        left, since = self._buckets.get(project, (room, now))
        left = min(room, left + (now - since) * quota)
        if left < 1.0:
            self._buckets[project] = (left, now)
            LIMITED.labels(project).inc()
            after = (1.0 - left) / quota if quota > 0 else 3600.0
            raise OverQuotaError(
                f"Project {project} has its {quota:g} requests a second; retry after {after:.2f} s.", after
            )
        self._buckets[project] = (left - 1.0, now)
