"""statsmodels' results as data: terms, coefficients and a link."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_statsmodels.adapter import StatsmodelsAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """What this plugin provides."""
    return [StatsmodelsAdapter()]
