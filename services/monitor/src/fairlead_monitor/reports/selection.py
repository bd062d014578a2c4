"""Which rows of the windows a request is about."""

from datetime import datetime
from typing import Any, Protocol


class Asked(Protocol):
    """What every report's request says."""

    @property
    def project(self) -> str: ...
    @property
    def deployment(self) -> str: ...
    @property
    def start(self) -> datetime | None: ...
    @property
    def end(self) -> datetime | None: ...
    @property
    def version(self) -> int | None: ...


def where(asked: Asked, *, every_role: bool = False) -> tuple[str, list[Any]]:
    """The SQL condition and its values: one version where asked for, else whatever answered as champion."""
    condition, values = "project = ? AND deployment = ?", [asked.project, asked.deployment]
    if asked.version is not None:
        return f"{condition} AND version = ?", [*values, asked.version]
    return (condition, values) if every_role else (f"{condition} AND role = 'champion'", values)
