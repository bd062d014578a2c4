"""Commands that carry bytes: `fairlead artifact upload`, `fairlead artifact download`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_contracts.errors import DigestMismatchError
from fairlead_contracts.names import digest_of
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations.gateway import Stored

from fairlead_cli.commands.words import HINTS
from fairlead_cli.output import JsonOption, show
from fairlead_cli.session import session

FileOption = Annotated[Path, typer.Option("--file", help="The file on this machine.")]
ProjectOption = Annotated[str | None, typer.Option(help=HINTS["project"], show_default=False)]


def command(operation: Operation[Any, Any]) -> Callable[..., None]:
    """The function behind the command: bytes go up in a PUT and come down in a GET."""
    return upload if operation.method == "PUT" else download


def upload(
    file: FileOption,
    digest: Annotated[str | None, typer.Argument(help="What it must hash to; none: whatever it hashes to.")] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    found = digest_of(data)
    if digest not in (None, found):
        raise DigestMismatchError(f"{file} hashes to {found}, not to what was given.")
    with session() as client:
        client.project = project or client.project
        client.upload(data, found)
    show(Stored(digest=found, size=len(data)), as_json=as_json)


def download(
    digest: Annotated[str, typer.Argument(help=HINTS["digest"])],
    file: FileOption,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    with session() as client:
        client.project = project or client.project
        data = client.download(digest)
    if digest_of(data) != digest:
        raise DigestMismatchError(f"What came back hashes to {digest_of(data)}; nothing was written.")
    file.write_bytes(data)
    show(Stored(digest=digest, size=len(data)), as_json=as_json)
