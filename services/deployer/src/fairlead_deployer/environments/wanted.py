"""Which versions want an environment of their own."""

from functools import cache

from fairlead_chassis.requirements import FILE
from fairlead_contracts.adapters import Envelope
from fairlead_contracts.facts.registry import File
from fairlead_contracts.plugins import adapters


def environment_file(files: tuple[File, ...], adapter: str) -> File | None:
    """The version's requirements.txt. An envelope's, as MLflow writes with each model, is no wish for one."""
    if adapter in _envelopes():
        return None
    return next((each for each in files if each.path == FILE), None)


@cache
def _envelopes() -> frozenset[str]:
    return frozenset(name for name, each in adapters().items() if isinstance(each, Envelope))
