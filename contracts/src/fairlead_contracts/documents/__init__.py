"""The OpenAPI and AsyncAPI documents, derived from the operations."""

from importlib.metadata import version

VERSION = version("fairlead-contracts")
