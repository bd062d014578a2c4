"""XGBoost models saved as UBJ or JSON. Describing reads the file; it never imports or runs the model."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_xgboost.adapter import XGBoostAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """The adapter."""
    return [XGBoostAdapter()]
