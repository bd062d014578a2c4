"""The adapter: model.keras, and keras.json beside it where there is more to say."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor, Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_keras.archive import MODEL, recognised
from fairlead_keras.card import described


class KerasAdapter:
    """Models of Keras 3, on whichever of its backends is installed where they run."""

    name = "keras"

    def reads(self, folder: Path) -> bool:
        """An archive of Keras under the name model.keras."""
        return recognised(folder)

    def describe(self, folder: Path) -> ModelCard:
        """From the archive's words, without Keras. Raises: UnreadableArtifactError."""
        return described(folder)[1]

    def handles(self, model: object) -> bool:
        """A model, by where its class comes from."""
        return any(
            base.__module__ == "keras.src.models.model" and base.__name__ == "Model" for base in type(model).__mro__
        )

    def save(self, model: object, folder: Path) -> None:
        """Save with the columns that the model names. Raises: UnreadableArtifactError."""
        self.save_by(model, folder, None)

    def save_by(self, model: object, folder: Path, example: Table | None) -> None:
        """Save, with the example's columns where the model names none. Raises: UnreadableArtifactError."""
        from fairlead_keras.saving import save

        save(model, folder, example)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load the model, which may run anything: only ever in a child worker. Raises: UnreadableArtifactError."""
        from fairlead_keras.backend import prepared

        architecture, said = described(folder)
        try:
            keras = prepared()
        except ImportError as error:
            raise UnreadableArtifactError(
                "keras is not installed where the model runs, or none of tensorflow, jax and torch with it: install"
                " keras and tensorflow-cpu there."
            ) from error
        from fairlead_keras.predictor import ModelPredictor

        return ModelPredictor(_model(keras, folder), architecture, said)


def _model(keras: Any, folder: Path) -> Any:
    try:
        return keras.saving.load_model(folder / MODEL, compile=False, safe_mode=True)
    except Exception as error:  # a damaged file raises whatever its reader meets first
        raise UnreadableArtifactError(f"{MODEL} does not load: {type(error).__name__}.") from error
