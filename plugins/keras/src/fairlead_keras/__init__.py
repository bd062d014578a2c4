"""Keras models, from publishers whom policy trusts."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_keras.adapter import KerasAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """What this plugin provides."""
    return [KerasAdapter()]
