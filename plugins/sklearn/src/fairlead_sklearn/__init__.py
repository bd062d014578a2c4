"""scikit-learn models: skops files, which only hold data, and joblib files from publishers whom policy trusts."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_sklearn.joblib_adapter import JoblibAdapter
from fairlead_sklearn.skops_adapter import SkopsAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """Both adapters."""
    return [SkopsAdapter(), JoblibAdapter()]
