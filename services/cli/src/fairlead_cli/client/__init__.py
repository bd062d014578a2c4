"""The Python client: a method for each operation, and files up and down."""

from fairlead_cli.client.client import Client
from fairlead_cli.client.transport import connect

__all__ = ["Client", "connect"]
