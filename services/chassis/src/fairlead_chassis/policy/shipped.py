"""The policy files that Fairlead ships: `policies/` of the repository, packed into the wheel."""

from importlib.resources import files
from pathlib import Path

MODEL, RULES = "model.conf", "policy.csv"


def text(name: str) -> str:
    """A shipped policy file."""
    packed = files("fairlead_chassis") / "policies" / name
    if packed.is_file():
        return packed.read_text()
    return (Path(__file__).parents[5] / "policies" / name).read_text()
