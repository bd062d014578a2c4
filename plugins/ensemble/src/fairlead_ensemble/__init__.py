"""Several models of any frameworks as one version, whose answers are combined into one."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_ensemble.adapter import EnsembleAdapter
from fairlead_ensemble.ensemble import Ensemble

__all__ = ["Ensemble", "adapters"]


@hookimpl
def adapters() -> list[Adapter]:
    """The adapter."""
    return [EnsembleAdapter()]
