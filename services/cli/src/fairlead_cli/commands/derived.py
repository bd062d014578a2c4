"""A command for each operation: `fairlead NOUN VERB`, what it is about as arguments, the others as options."""

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from fairlead_contracts.operations import Kind, Operation
from pydantic.fields import FieldInfo

from fairlead_cli.commands import files
from fairlead_cli.commands.examples import arguments_of, example
from fairlead_cli.commands.fields import hint, parsed, plain
from fairlead_cli.commands.words import HINTS, MACHINERY, NOUNS, PANEL_OF
from fairlead_cli.frames import ROWS, print_csv
from fairlead_cli.output import JsonOption, show, show_field
from fairlead_cli.session import session

AnyOperation = Operation[Any, Any]
_FIELD_HELP = "Only this field of the answer, for scripts: a name, or a path such as items.0.name."
FieldOption = Annotated[str | None, typer.Option("--field", help=_FIELD_HELP, show_default=False)]
_OF_ALL = [
    inspect.Parameter("field_of_reply", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=FieldOption),
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption),
]

_CSV = inspect.Parameter(
    "as_csv", inspect.Parameter.KEYWORD_ONLY, default=False,
    annotation=Annotated[bool, typer.Option("--csv", help="As CSV, a row for each value.")],
)  # fmt: skip


def add_to(app: typer.Typer, operations: Iterable[AnyOperation]) -> dict[str, typer.Typer]:
    """Add a group for each noun, with a command for each of its verbs; returns the groups in the order of `words`."""
    groups: dict[str, typer.Typer] = {}
    declared = list(operations)
    first = {each.noun: each for each in reversed(declared)}
    for noun in dict.fromkeys([*(each for each in NOUNS if each in first), *first]):
        panel, about = NOUNS.get(noun) or (PANEL_OF.get(first[noun].service, MACHINERY), first[noun].summary)
        groups[noun] = typer.Typer(help=about, no_args_is_help=True)
        app.add_typer(groups[noun], name=noun, rich_help_panel=panel)
    for operation in declared:
        made = files.command(operation) if operation.body == "binary" else command(operation)
        groups[operation.noun].command(operation.verb, help=_help(operation))(made)
    return groups


def command(operation: AnyOperation) -> Callable[..., None]:
    """The function behind the command, with the signature that typer reads."""
    fields = operation.request.model_fields

    table = operation.reply in ROWS

    def run(as_json: bool, field_of_reply: str | None, as_csv: bool = False, **given: Any) -> None:
        asked = {name: parsed(fields[name], value) for name, value in given.items() if value is not None}
        with session() as client:
            if "project" in fields:
                asked.setdefault("project", client.project)
            reply = client.call(operation, asked)
        if as_csv:
            print_csv(reply)
        elif field_of_reply:
            show_field(reply, field_of_reply)
        else:
            show(reply, as_json=as_json)

    run.__name__ = operation.name
    arguments = arguments_of(operation)
    ordered = [*arguments, *(name for name in fields if name not in arguments)]
    parameters = [_parameter(name, fields[name], name in arguments) for name in ordered]
    signature = inspect.Signature([*parameters, *_OF_ALL, *([_CSV] if table else [])])
    run.__signature__ = signature  # type: ignore[attr-defined]  # typer reads this
    return run


def _parameter(name: str, field: FieldInfo, is_argument: bool) -> inspect.Parameter:
    kind = plain(field.annotation) or str
    help_ = " ".join(filter(None, (field.description or HINTS.get(name, ""), hint(field))))
    optional = not is_argument and (name == "project" or not field.is_required())
    annotation: Any
    if is_argument:
        annotation = Annotated[kind, typer.Argument(help=help_, metavar=name.upper())]
    else:
        option = typer.Option(f"--{name.replace('_', '-')}", help=help_, show_default=False)
        annotation = Annotated[kind | None if optional else kind, option]
    default = None if optional else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _help(operation: AnyOperation) -> str:
    text = inspect.cleandoc(operation.request.__doc__ or operation.name)
    if operation.kind is Kind.CHANGE:
        text += f"\n\nNeeds the permission `{operation.action}`."
    return f"{text}\n\nExample: `{example(operation)}`"
