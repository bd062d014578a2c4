"""The card beside a joblib file: what a pickle cannot say without being run."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError

FILE = "model.json"
_LIMIT = 4 << 20


def card_of(model: Any, adapter: str) -> ModelCard:
    """The card of a fitted estimator. Raises: UnreadableArtifactError when there is nothing to score with it."""
    import sklearn
    from sklearn.base import is_classifier, is_regressor

    name = type(model).__name__
    if not (is_classifier(model) or is_regressor(model)):
        raise UnreadableArtifactError(f"{name} is neither a classifier nor a regressor, so there is nothing to score.")
    if is_classifier(model) and not hasattr(model, "predict_proba"):
        raise UnreadableArtifactError(f"{name} gives no probabilities; wrap it in CalibratedClassifierCV.")
    classes = getattr(model, "classes_", None) if is_classifier(model) else []
    if classes is None or len(classes) == 1 or (isinstance(classes, list) and classes):
        raise UnreadableArtifactError(f"{name} is not fitted, or not on one label a row of two or more classes.")
    return ModelCard(
        adapter=adapter, framework="scikit-learn", framework_version=sklearn.__version__, trust="code",
        task="classification" if is_classifier(model) else "regression",
        inputs=tuple(getattr(model, "feature_names_in_", ())), classes=tuple(str(each) for each in classes),
        requirements=(f"scikit-learn=={sklearn.__version__}",),
    )  # fmt: skip


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card."""
    (folder / FILE).write_text(json.dumps(card.model_dump(mode="json"), sort_keys=True, indent=1))


def read_card(folder: Path, adapter: str) -> ModelCard:
    """Read the card; adapter and trust are the reader's, whatever it says.

    Raises: UnreadableArtifactError.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        said = json.loads(path.read_bytes())
        return ModelCard.model_validate({**said, "adapter": adapter, "trust": "code"})
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise UnreadableArtifactError(
            f"{FILE} is missing or damaged; save the model with the adapter {adapter}, which writes it."
        ) from error
