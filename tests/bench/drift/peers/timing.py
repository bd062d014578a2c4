"""Processor seconds of a call, and an answer for whoever started the program. Runs in a peer's own environment."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def data() -> Any:
    """The arrays: `training` and `scoring` (rows, 20) float64, `training_codes` and `scoring_codes` (rows, 5)."""
    return np.load(sys.argv[1])


def repeats() -> int:
    """How often to measure."""
    return int(sys.argv[2])


def cpu(call: Callable[[], Any], times: int | None = None, inner: int = 1) -> float:
    """Median processor seconds of one call, over all threads; `inner` calls are timed together."""
    call()
    found = []
    for _ in range(times or repeats()):
        began = time.process_time()
        for _ in range(inner):
            call()
        found.append((time.process_time() - began) / inner)
    return statistics.median(found)


def answer(**told: Any) -> None:
    """What the program found, as its last line."""
    print(json.dumps(told))  # noqa: T201  # this is how it is told
