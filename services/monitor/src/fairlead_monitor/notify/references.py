"""Where secrets of channels are: the operator puts them there, and they go to the notifier alone."""

import os
from collections.abc import Mapping
from pathlib import Path

from fairlead_contracts.errors import UnavailableError

LIMIT = 8_192


def place(reference: str, project: str) -> str:
    """The file in the data directory, or the environment variable, that a project's reference stands for."""
    kind, _, name = reference.partition(":")
    if kind == "file":
        return f"secrets/{project}/{name}"
    # Double hyphens in a project's name would make two references one variable, so such a project takes files.
    return f"FAIRLEAD_SECRET__{project}__{name}".replace("-", "_").upper()


def resolved(secrets: Mapping[str, str], project: str, home: Path) -> dict[str, str]:
    """Each setting's secret. Raises: UnavailableError naming the one that is not there."""
    return {setting: _secret(reference, project, home) for setting, reference in secrets.items()}


def _secret(reference: str, project: str, home: Path) -> str:
    where = place(reference, project)
    if reference.startswith("env:"):
        found = None if "--" in project else os.environ.get(where)
    else:
        found = _read(home / where)
    if not found or not found.strip():
        raise UnavailableError(f"Secret {reference} is not there: the monitor looks for it in {where}.")
    return found.strip()


def _read(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LIMIT)
    except (OSError, UnicodeDecodeError):
        return None
