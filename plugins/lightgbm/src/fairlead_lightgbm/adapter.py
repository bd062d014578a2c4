"""The adapter: model.txt as LightGBM writes it, and classes.json where the labels are not 0, 1, ..."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_lightgbm.describing import described, levels
from fairlead_lightgbm.model_file import CLASSES, MODEL, read, recognised


class LightGBMAdapter:
    """Boosters and the scikit-learn wrappers of LightGBM."""

    name = "lightgbm"

    def reads(self, folder: Path) -> bool:
        """A text file that begins as LightGBM's do."""
        return recognised(folder)

    def describe(self, folder: Path) -> ModelCard:
        """From the file's own fields, without LightGBM. Raises: UnreadableArtifactError."""
        return described(read(folder), self.name)

    def handles(self, model: object) -> bool:
        """A Booster or a wrapper, by where its class comes from."""
        return any(
            base.__module__.startswith("lightgbm.") and base.__name__ in ("Booster", "LGBMModel")
            for base in type(model).__mro__
        )

    def save(self, model: Any, folder: Path) -> None:
        """Write model.txt. Raises: UnreadableArtifactError when the model is not fitted, or of a kind not supported."""
        try:
            _write(model, folder)
            if self.describe(folder).task == "regression" and hasattr(model, "classes_"):
                raise UnreadableArtifactError(
                    "The classifier was trained with an objective of its own, so its scores are no probabilities: train"
                    " it with one of LightGBM's, or serve it as a Python model."
                )
        except UnreadableArtifactError:
            for name in (MODEL, CLASSES):
                (folder / name).unlink(missing_ok=True)
            raise

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load the booster, from a text of what was checked alone. Raises: UnreadableArtifactError."""
        from fairlead_lightgbm.native import Booster, LightGBMError
        from fairlead_lightgbm.predictor import BoosterPredictor
        from fairlead_lightgbm.soundness import sound_text

        model = read(folder)
        described(model, self.name)
        text, width = sound_text(model), len(model.names)
        try:
            booster = Booster(text, width, len(card.classes) if len(card.classes) > 2 else 1)
        except LightGBMError as error:
            raise UnreadableArtifactError(f"LightGBM cannot load {MODEL}.") from error
        return BoosterPredictor(booster, card, width, levels(model))


def _write(model: Any, folder: Path) -> None:
    import lightgbm as lgb

    try:
        booster = model if isinstance(model, lgb.Booster) else model.booster_
        (folder / MODEL).write_text(booster.model_to_string(importance_type="split"))
    except (lgb.basic.LightGBMError, ValueError, TypeError, AttributeError) as error:
        raise UnreadableArtifactError(f"This {type(model).__name__} cannot be saved; is it fitted?") from error
    classes = [str(each) for each in getattr(model, "classes_", ())]
    if classes and classes != [str(place) for place in range(len(classes))]:
        (folder / CLASSES).write_text(json.dumps(classes))
