"""`fairlead init`: what a server of one's own needs before the services start: keys, its configuration, its streams."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from fairlead_chassis.natsd import server, streams
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.keys import ensure_keys
from fairlead_chassis.natsd.permissions import ADMIN

from fairlead_cli.client.transport import home as default_home
from fairlead_cli.commands.server import HomeOption
from fairlead_cli.output import console


def init(
    home: HomeOption = None,
    store: Annotated[Path, typer.Option(help="Where nats-server keeps its data, as it sees it.")] = Path("/data"),
    nats: Annotated[str | None, typer.Option(help="A running server: its streams are made too.")] = None,
) -> None:
    """Make the keys, and the configuration for a nats-server that `fairlead up` does not run.

    Examples: `fairlead init --home /var/lib/fairlead`, `fairlead init --nats nats://nats:4222`
    """
    folder = (home or default_home()).absolute()
    keys = ensure_keys(folder)
    target = folder / "nats"
    target.mkdir(parents=True, exist_ok=True)
    (target / "nats.conf").write_text(server.shipped_conf())
    (target / "local.conf").write_text(server.local_conf(keys, store))
    console.print(f"keys in {keys.directory}, configuration in {target}", highlight=False)
    if nats is not None:
        asyncio.run(_provision(nats, keys.credentials(ADMIN)))
        console.print("streams are as Fairlead makes them")


async def _provision(url: str, credentials: Path) -> None:
    admin = await connect(url, credentials, name="init", within=30.0)
    try:
        await streams.provision(admin)
    finally:
        await admin.close()
