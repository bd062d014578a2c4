"""Detectors by name: Fairlead's own and every installed one."""

import functools
from collections.abc import Mapping
from typing import Any, TypeVar

from fairlead_contracts import plugins
from fairlead_contracts.detectors import BatchDetector, Detector

from fairlead_drift.detectors import own
from fairlead_drift.errors import DetectorError

DEFAULT = "psi"
FoundT = TypeVar("FoundT")


@functools.cache
def detectors() -> Mapping[str, Detector]:
    """Every detector on counts. Raises: PluginError when a plugin cannot be used, or two have one name."""
    return plugins.detectors(own)


@functools.cache
def batch_detectors() -> Mapping[str, BatchDetector]:
    """Every detector on tables. Raises: as `detectors`."""
    return plugins.batch_detectors(own)


def detector(name: str, among: Mapping[str, Detector] | None = None) -> Detector:
    """The detector on counts of this name. Raises: DetectorError naming those that there are."""
    return _named(name, detectors() if among is None else among, batch_detectors)


def batch_detector(name: str) -> BatchDetector:
    """The detector on tables of this name. Raises: DetectorError naming those that there are."""
    return _named(name, batch_detectors(), detectors)


def _named(name: str, among: Mapping[str, FoundT], others: Any) -> FoundT:
    found = among.get(name)
    if found is None:
        why = "takes the other kind of data" if name in others() else "is not installed"
        raise DetectorError(f"The detector {name[:100]!r} {why}; there are {', '.join(sorted(among))}.")
    return found
