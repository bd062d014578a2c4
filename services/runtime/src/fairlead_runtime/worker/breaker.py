"""A model that fails again and again is not asked for a while, so that callers hear so at once."""

import time
from collections.abc import Callable

_ALLOWED, _FIRST, _LONGEST = 3, 1.0, 30.0


class Breaker:
    """Counts failures in a row. `now`: seconds, monotonic."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._in_row, self._until = 0, 0.0

    @property
    def waits(self) -> float:
        """Seconds until the model is asked again; 0 when it may be asked."""
        return max(0.0, self._until - self._now())

    @property
    def healthy(self) -> bool:
        """Whether the last calls worked."""
        return self._in_row < _ALLOWED

    def failed(self) -> None:
        """A call failed: from the third in a row on there is a pause, each time twice as long, at most 30 s."""
        self._in_row += 1
        if not self.healthy:
            self._until = self._now() + min(_FIRST * 2 ** (self._in_row - _ALLOWED), _LONGEST)

    def worked(self) -> None:
        """A call worked."""
        self._in_row, self._until = 0, 0.0
