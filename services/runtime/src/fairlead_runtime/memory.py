"""Garbage collection in a process whose largest part never changes again."""

import gc

_THRESHOLDS = (50_000, 20, 50)


def settle() -> None:
    """What is loaded by now stays: the collector looks at it no more, and comes each 50,000 new objects only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
