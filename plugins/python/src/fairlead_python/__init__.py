"""Models of one's own class, from publishers whom policy trusts."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_python.adapter import PythonAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """What this plugin provides."""
    return [PythonAdapter()]
