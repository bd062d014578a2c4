"""`fairlead contracts`: the documents that the operations stand in."""

import json

import typer
from fairlead_contracts.documents.asyncapi import asyncapi as asyncapi_document
from fairlead_contracts.documents.openapi import openapi as openapi_document
from fairlead_contracts.operations.catalogue import OPERATIONS

app = typer.Typer(help="Print the API documents.", no_args_is_help=True)


@app.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the HTTP API.

    Example: `fairlead contracts openapi > openapi.json`
    """
    typer.echo(json.dumps(openapi_document(OPERATIONS.values()), indent=2))


@app.command()
def asyncapi() -> None:
    """Print the AsyncAPI 3.0 document of the bus.

    Example: `fairlead contracts asyncapi > asyncapi.json`
    """
    typer.echo(json.dumps(asyncapi_document(OPERATIONS.values()), indent=2))
