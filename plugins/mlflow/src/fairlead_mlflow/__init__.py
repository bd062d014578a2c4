"""MLflow's model folders."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_mlflow.adapter import MLflowAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """What this plugin provides."""
    return [MLflowAdapter()]
