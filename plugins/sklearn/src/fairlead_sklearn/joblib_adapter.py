"""Models saved by joblib: loading one can run anything, so it happens only in a child worker."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_sklearn.sidecar import card_of, read_card, write_card

FILE = "model.joblib"
_PICKLE = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_COMPRESSED = (b"\x78", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00", b"\x04\x22\x4d\x18")


class JoblibAdapter:
    """scikit-learn estimators, with anyone's classes and functions in them, as joblib files with a card beside them."""

    name = "sklearn-joblib"

    def reads(self, folder: Path) -> bool:
        """A file that begins as a pickle does, or a compressed one; it is not looked into further."""
        try:
            with (folder / FILE).open("rb") as file:
                return file.read(8).startswith((*_PICKLE, *_COMPRESSED))
        except OSError:
            return False

    def describe(self, folder: Path) -> ModelCard:
        """From the card alone. Raises: UnreadableArtifactError."""
        return read_card(folder, self.name)

    def handles(self, model: object) -> bool:
        """Never: whoever wants a file that can run code says so by the adapter's name."""
        return False

    def save(self, model: object, folder: Path) -> None:
        """Write model.joblib and its card. Raises: UnreadableArtifactError when the model cannot be saved."""
        import pickle

        import joblib

        card = card_of(model, self.name)
        try:
            joblib.dump(model, folder / FILE)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise UnreadableArtifactError(
                f"{type(model).__name__} cannot be pickled: lambdas and functions inside functions are usual reasons;"
                " define them at the top of a module that the replica can import."
            ) from error
        write_card(folder, card)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Unpickle, which may run anything: only ever called in a child worker. Raises: UnreadableArtifactError."""
        import joblib

        from fairlead_sklearn.additive import additive
        from fairlead_sklearn.predictor import TablePredictor

        try:
            model: Any = joblib.load(folder / FILE)
            if not callable(getattr(model, "predict", None)):
                raise TypeError("it holds no estimator")
            return additive(model, card, TablePredictor(model, card))
        except UnreadableArtifactError:
            raise
        except Exception as error:  # a pickle, and the classes in it, can raise anything
            raise UnreadableArtifactError(f"{FILE} does not load: {type(error).__name__}.") from error
