"""LightGBM models saved as text. Describing reads the file; it never imports or runs the model."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_lightgbm.adapter import LightGBMAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """The adapter."""
    return [LightGBMAdapter()]
