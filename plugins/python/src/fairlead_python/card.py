"""The card beside the pickle: what a pickle cannot say without being run."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

FILE = "model.json"
FORMAT = "fairlead-python/1"
_LIMIT = 4 << 20
_DAMAGE = (OSError, ValueError, TypeError, RecursionError)


def has_card(folder: Path) -> bool:
    """True when there is a card of this format."""
    try:
        return bool(_said(folder).get("format") == FORMAT)
    except UnreadableArtifactError:
        return False


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card."""
    (folder / FILE).write_text(json.dumps({"format": FORMAT, **card.model_dump(mode="json")}, sort_keys=True, indent=1))


def read_card(folder: Path) -> ModelCard:
    """Read the card; adapter and trust are the reader's, whatever it says. Raises: UnreadableArtifactError."""
    said = _said(folder)
    said.pop("format", None)
    try:
        return ModelCard.model_validate({**said, "adapter": "python", "trust": "code"})
    except _DAMAGE as error:
        raise _damaged() from error


def _said(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        said = json.loads(path.read_bytes())
    except _DAMAGE as error:
        raise _damaged() from error
    if not isinstance(said, dict):
        raise _damaged()
    return said


def _damaged() -> UnreadableArtifactError:
    return UnreadableArtifactError(f"{FILE} is missing or damaged; register the live object, which writes it.")
