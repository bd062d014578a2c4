"""A command for each operation: `fairlead NOUN VERB`, its path fields as arguments, the others as options."""

import inspect
import types
import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from fairlead_contracts.operations import Operation
from pydantic.fields import FieldInfo

from fairlead_cli.commands.values import parsed
from fairlead_cli.output import show
from fairlead_cli.session import session

AnyOperation = Operation[Any, Any]
_PLAIN = (str, int, float, bool)
_UNIONS = (typing.Union, types.UnionType)


def add_to(app: typer.Typer, operations: Iterable[AnyOperation]) -> dict[str, typer.Typer]:
    """Add a group for each noun, with a command for each of its verbs; returns the groups."""
    groups: dict[str, typer.Typer] = {}
    for operation in operations:
        if operation.noun not in groups:
            group = typer.Typer(help=f"Operations on {operation.noun}.", no_args_is_help=True)
            groups[operation.noun] = group
            app.add_typer(group, name=operation.noun)
        groups[operation.noun].command(operation.verb, help=_help(operation))(command(operation))
    return groups


def command(operation: AnyOperation) -> Callable[..., None]:
    """The function behind the command, with the signature that typer reads."""
    fields = operation.request.model_fields

    def run(**given: Any) -> None:
        asked = {name: parsed(fields[name], value) for name, value in given.items() if value is not None}
        with session() as client:
            if "project" in fields:
                asked.setdefault("project", client.project)
            show(client.call(operation, asked))

    run.__name__ = operation.name
    parameters = [_parameter(operation, name, field) for name, field in fields.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads this
    return run


def _parameter(operation: AnyOperation, name: str, field: FieldInfo) -> inspect.Parameter:
    plain = _plain(field.annotation)
    kind: Any = plain or str
    hint = field.description or ("" if plain else "JSON, or @FILE with JSON in it")
    optional = name == "project" or not field.is_required()
    if name in operation.path_fields and name != "project":
        annotation: Any = Annotated[kind, typer.Argument(help=hint, metavar=name.upper())]
        optional = False
    else:
        annotation = Annotated[
            kind | None if optional else kind, typer.Option(f"--{name.replace('_', '-')}", help=hint)
        ]
    default = None if optional else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _plain(annotation: Any) -> type | None:
    if typing.get_origin(annotation) is Annotated:
        return _plain(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in _UNIONS:
        kinds = {_plain(each) for each in typing.get_args(annotation) if each is not type(None)}
        return kinds.pop() if len(kinds) == 1 else None
    if typing.get_origin(annotation) is typing.Literal or getattr(annotation, "__name__", "") == "datetime":
        return str
    return annotation if annotation in _PLAIN else None


def _help(operation: AnyOperation) -> str:
    arguments = " ".join(name.upper() for name in operation.path_fields if name != "project")
    text = inspect.cleandoc(operation.request.__doc__ or operation.name)
    return f"{text}\n\nExample: `fairlead {operation.noun} {operation.verb} {arguments}`".rstrip()
