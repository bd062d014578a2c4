"""CatBoost models in its own format."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_catboost.adapter import CatBoostAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """What this plugin provides."""
    return [CatBoostAdapter()]
