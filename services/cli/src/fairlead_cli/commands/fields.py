"""Fields on the command line: plain ones as they are, structured ones as JSON or @FILE, long texts as @FILE too."""

import json
import types
import typing
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

_PLAIN = (str, int, float, bool)
_UNIONS = (typing.Union, types.UnionType)
_LONG = 4_001


def plain(annotation: Any) -> Any:
    """The type that the command line reads the field as: a plain one, or its choices; None where it takes JSON."""
    if typing.get_origin(annotation) is Annotated:
        return plain(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in _UNIONS:
        kinds = {plain(each) for each in typing.get_args(annotation) if each is not type(None)}
        return kinds.pop() if len(kinds) == 1 else str if str in kinds and None not in kinds else None
    if typing.get_origin(annotation) is typing.Literal:
        return annotation if len(typing.get_args(annotation)) > 1 else str
    if getattr(annotation, "__name__", "") == "datetime":
        return str
    return annotation if annotation in _PLAIN else None


def long(field: FieldInfo) -> bool:
    """Whether it is a text that one would rather keep in a file."""
    return any((getattr(each, "max_length", 0) or 0) >= _LONG for each in field.metadata)


def hint(field: FieldInfo) -> str:
    """What it takes, where its type does not tell."""
    if plain(field.annotation) is None:
        return "JSON, or @FILE with JSON in it."
    return "The text, or @FILE with it." if long(field) else ""


def parsed(field: FieldInfo, value: Any) -> Any:
    """The value for a field. Raises: typer.BadParameter when it should be JSON and is not, or no file is there."""
    structured = plain(field.annotation) is None
    if not isinstance(value, str) or not (structured or long(field)):
        return value
    text = _file(value[1:]) if value.startswith("@") else value
    if not structured:
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"this is not JSON ({error}); give JSON, or @FILE") from None


def _file(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
