"""Values from the command line: plain ones as they are, structured ones as JSON or @FILE."""

import json
from pathlib import Path
from typing import Any

import typer
from pydantic.fields import FieldInfo


def parsed(field: FieldInfo, value: Any) -> Any:
    """The value for a field. Raises: typer.BadParameter when it should be JSON and is not."""
    if not isinstance(value, str) or not _structured(field):
        return value
    text = _file(value[1:]) if value.startswith("@") else value
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"this is not JSON ({error}); give JSON, or @FILE") from None


def _file(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None


def _structured(field: FieldInfo) -> bool:
    text = str(field.annotation)
    return any(mark in text for mark in ("tuple", "dict", "facts.", "adapters.", "inference.", "operations."))
