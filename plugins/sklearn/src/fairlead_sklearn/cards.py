"""The card beside the model's file: what it takes and gives, written when it is saved."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Trust
from fairlead_contracts.errors import UnreadableArtifactError
from pydantic import ValidationError

CARD_FILE = "model.json"
_LIMIT = 1_000_000


def card_of(model: Any, adapter: str, trust: Trust) -> ModelCard:
    """The card of a fitted estimator."""
    import sklearn

    classes = getattr(model, "classes_", None)
    return ModelCard(
        adapter=adapter,
        framework="scikit-learn",
        framework_version=sklearn.__version__,
        task="regression" if classes is None else "classification",
        trust=trust,
        inputs=tuple(str(name) for name in getattr(model, "feature_names_in_", ())),
        classes=() if classes is None else tuple(str(each) for each in classes),
        requirements=(f"scikit-learn=={sklearn.__version__}",),
    )


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card."""
    (folder / CARD_FILE).write_text(json.dumps(card.model_dump(mode="json"), sort_keys=True, indent=1))


def read_card(folder: Path, adapter: str, trust: Trust) -> ModelCard:
    """Read the card; adapter and trust are the reader's, whatever it says.

    Raises: UnreadableArtifactError.
    """
    path = folder / CARD_FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{CARD_FILE} is over {_LIMIT:,} bytes.")
        said = json.loads(path.read_bytes())
        return ModelCard.model_validate({**said, "adapter": adapter, "trust": trust})
    except (OSError, ValueError, TypeError, ValidationError) as error:
        raise UnreadableArtifactError(
            f"{CARD_FILE} is missing or damaged; save the model with Fairlead's adapter, which writes it."
        ) from error
