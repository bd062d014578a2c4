"""Models saved by joblib: loading one can run anything, so it happens only in a child worker."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_sklearn.cards import card_of, read_card, write_card
from fairlead_sklearn.predictor import TablePredictor

FILE = "model.joblib"


class JoblibAdapter:
    """scikit-learn estimators as joblib files, with a card beside them."""

    name = "sklearn-joblib"

    def reads(self, folder: Path) -> bool:
        """A file of this name; its content is not looked into."""
        return (folder / FILE).is_file()

    def describe(self, folder: Path) -> ModelCard:
        """From the card alone."""
        return read_card(folder, self.name, "code")

    def handles(self, model: object) -> bool:
        """Never by itself: whoever wants joblib says so."""
        return False

    def save(self, model: object, folder: Path) -> None:
        """Write model.joblib and its card."""
        import joblib

        joblib.dump(model, folder / FILE)
        write_card(folder, card_of(model, self.name, "code"))

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Unpickle. Only ever called in a child worker."""
        import joblib

        try:
            model: Any = joblib.load(folder / FILE)
        except Exception as error:  # a pickle can raise anything
            raise UnreadableArtifactError(f"{FILE} does not load: {type(error).__name__}.") from error
        return TablePredictor(model, card)
