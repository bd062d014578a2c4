"""An example of every command, made from its operation's declaration, so that it can be typed as it stands."""

import shlex
import typing
from collections.abc import Iterator
from typing import Any

from fairlead_contracts.operations import Operation
from pydantic.fields import FieldInfo

from fairlead_cli.commands.fields import plain
from fairlead_cli.commands.words import MORE, SAMPLES

AnyOperation = Operation[Any, Any]


def arguments_of(operation: AnyOperation) -> list[str]:
    """The fields that are arguments: those in the path, and those that name what a change makes."""
    fields = operation.request.model_fields
    named = (operation.aggregate or "") + operation.resource
    naming = [name for name, field in fields.items() if f"{{{name}}}" in named and field.is_required()]
    chosen = dict.fromkeys((*operation.path_fields, *naming))
    return [name for name in chosen if name in fields and name != "project" and plain(fields[name].annotation)]


def example(operation: AnyOperation) -> str:
    """The command as one would type it."""
    return shlex.join(["fairlead", *words(operation)])


def words(operation: AnyOperation) -> list[str]:
    """The words after `fairlead`: the arguments, then what is required, then what is worth showing."""
    if operation.body == "binary":
        named = [SAMPLES["digest"]] if operation.method == "GET" else []
        return [operation.noun, operation.verb, *named, "--file", "train.parquet"]
    shown = MORE.get(operation.name, {})
    arguments = arguments_of(operation)
    fields = operation.request.model_fields
    samples = [shown.get(name) or _sample(name, fields[name]) for name in arguments]
    return [operation.noun, operation.verb, *samples, *_options(operation, shown, arguments)]


def _options(operation: AnyOperation, shown: dict[str, str], arguments: list[str]) -> Iterator[str]:
    for name, field in operation.request.model_fields.items():
        if name in arguments or name == "project" or not (field.is_required() or name in shown):
            continue
        yield f"--{name.replace('_', '-')}"
        if plain(field.annotation) is not bool:
            yield shown.get(name) or _sample(name, field)


def _sample(name: str, field: FieldInfo) -> str:
    if name in SAMPLES:
        return SAMPLES[name]
    kind, hyphened = plain(field.annotation), name.replace("_", "-")
    if kind is None:
        return f"@{hyphened}.json"
    if typing.get_origin(kind) is typing.Literal:
        return str(typing.get_args(kind)[0])
    return "1" if kind in (int, float) else hyphened
