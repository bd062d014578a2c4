"""Every operation is a method of the client and a command, as its declaration says; none is forgotten."""

import re
import shlex
from typing import Any

import pytest
from fairlead_cli import Client
from fairlead_cli.app import app
from fairlead_cli.commands.fields import parsed
from fairlead_cli.frames import ROWS
from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations.catalogue import OPERATIONS
from typer.main import get_command
from typer.testing import CliRunner

COMMANDS: Any = get_command(app)
EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
OF_A_FILE = {"file", "columns"}
AnyOperation = Operation[Any, Any]


@EVERY
def test_it_is_a_method_of_the_client_with_its_words(operation: AnyOperation) -> None:
    with Client("http://127.0.0.1:1", "none") as client:
        method = getattr(client, operation.name)
        assert operation.name in dir(client)
    assert method.__doc__ == operation.request.__doc__


@EVERY
def test_it_is_a_command_that_takes_every_field(operation: AnyOperation) -> None:
    command = COMMANDS.commands[operation.noun].commands[operation.verb]
    more = {"help", "as_json", "file"} if operation.body == "binary" else {"help", "as_json", "field_of_reply"}
    more |= {"as_csv"} if operation.reply in ROWS else set()
    more |= OF_A_FILE if operation.name == "import_actuals" else set()
    more |= {"file"} if operation.name == "export_predictions" else set()
    assert {parameter.name for parameter in command.params} - more == set(operation.request.model_fields)
    assert operation.summary.rstrip(".").split(";")[0][:30] in command.help


@EVERY
def test_its_help_shows_an_example_that_can_be_typed_as_it_stands(operation: AnyOperation) -> None:
    command = COMMANDS.commands[operation.noun].commands[operation.verb]
    shown = re.search(r"Example: `(.+)`", command.help)
    assert shown
    program, noun, verb, *arguments = shlex.split(shown[1])
    assert (program, noun, verb) == ("fairlead", operation.noun, operation.verb)
    given = command.make_context(verb, arguments).params
    fields = operation.request.model_fields
    if given.get("file") is None and "@" not in shown[1].replace("@example", ""):
        asked = {
            name: parsed(fields[name], value) for name, value in given.items() if name in fields and value is not None
        }
        operation.request.model_validate({**({"project": "default"} if "project" in fields else {}), **asked})


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["up"],
        ["down"],
        ["demo"],
        ["doctor"],
        ["config"],
        ["status"],
        ["init"],
        ["trace"],
        ["audit", "verify"],
        ["goals"],
        ["metric", "import"],
        ["actuals", "import"],
        ["compare"],
    ],
)
def test_help_tells_what_a_command_does_with_an_example(command: list[str]) -> None:
    said = CliRunner().invoke(app, [*command, "--help"])
    assert said.exit_code == 0
    assert command == [] or "xample" in said.output


def test_a_wrong_field_is_refused_before_anything_is_sent() -> None:
    with Client("http://127.0.0.1:1", "none") as client, pytest.raises(InvalidRequestError) as caught:
        client.set_alias(model="a/b", alias="champion", version=0)
    assert {error.pointer for error in caught.value.errors} == {"/model", "/version"}


def test_an_operation_that_does_not_exist_is_no_method() -> None:
    with Client("http://127.0.0.1:1", "none") as client:
        assert not hasattr(client, "drop_everything")


def test_json_that_is_none_is_refused_at_its_option() -> None:
    said = CliRunner().invoke(app, ["deployment", "create", "d", "--spec", "{"])
    assert said.exit_code == 2
    assert "JSON" in said.output
