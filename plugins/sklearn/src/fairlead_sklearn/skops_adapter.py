"""Models saved by skops: a zip of a schema and arrays. Describing reads the schema alone."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_sklearn import schema
from fairlead_sklearn.describing import check_types, described

FILE = "model.skops"
_DAMAGE = (schema.DamagedError, ValueError, TypeError, LookupError)


class SkopsAdapter:
    """scikit-learn estimators and pipelines as skops files."""

    name = "sklearn"

    def reads(self, folder: Path) -> bool:
        """A zip with a skops schema in it."""
        return schema.is_skops(folder / FILE)

    def describe(self, folder: Path) -> ModelCard:
        """From the schema, without skops. Raises: UnreadableArtifactError, naming the types that are not trusted."""
        return self._described(_bytes(folder))[0]

    def handles(self, model: object) -> bool:
        """An instance of one of scikit-learn's own estimators; those derived elsewhere have their own adapters."""
        kind = type(model)
        return kind.__module__.partition(".")[0] == "sklearn" and hasattr(kind, "get_params")

    def save(self, model: object, folder: Path) -> None:
        """Write model.skops. Raises: UnreadableArtifactError when skops cannot carry the model, or nothing scores."""
        from skops.io import dumps

        try:
            data = dumps(model)
        except Exception as error:  # skops raises whatever a part of the model raises
            raise UnreadableArtifactError(
                f"skops cannot save this {type(model).__name__}: {type(error).__name__}, {error}. A trusted publisher"
                " can save it with the adapter sklearn-joblib."
            ) from error
        card, _ = self._described(data)
        if card.task == "classification" and not hasattr(model, "predict_proba"):
            raise UnreadableArtifactError(f"{type(model).__name__}, as it is set, gives no probabilities.")
        (folder / FILE).write_bytes(data)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load trusted types alone, and check that they are sound. Raises: UnreadableArtifactError."""
        from skops.io import loads

        from fairlead_sklearn.additive import additive
        from fairlead_sklearn.predictor import TablePredictor
        from fairlead_sklearn.soundness import check_sound

        data = _bytes(folder)
        _, types = self._described(data)
        try:
            model: Any = loads(data, trusted=types)
            check_sound(model)
            return additive(model, card, TablePredictor(model, card))
        except UnreadableArtifactError:
            raise
        except Exception as error:  # a damaged file raises whatever its reader meets first
            raise UnreadableArtifactError(f"{FILE} does not load: {type(error).__name__}.") from error

    def _described(self, data: bytes) -> tuple[ModelCard, list[str]]:
        try:
            root = schema.read(data)
            types = check_types(root)
            return described(root, self.name), types
        except _DAMAGE as error:
            raise UnreadableArtifactError(f"{FILE} is no skops file of a fitted model, or a damaged one.") from error


def _bytes(folder: Path) -> bytes:
    try:
        return (folder / FILE).read_bytes()
    except OSError as error:
        raise UnreadableArtifactError(f"{FILE} is missing or is no file.") from error
