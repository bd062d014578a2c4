"""The adapter: model.cbm as CatBoost writes it."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_catboost.describing import described
from fairlead_catboost.model_file import MODEL, contents, model_of, recognised


class CatBoostAdapter:
    """`CatBoost` and its classifiers, regressors and rankers."""

    name = "catboost"

    def reads(self, folder: Path) -> bool:
        """A file with CatBoost's mark."""
        return recognised(folder)

    def describe(self, folder: Path) -> ModelCard:
        """From the file's own fields, without CatBoost. Raises: UnreadableArtifactError."""
        return described(model_of(contents(folder)))

    def handles(self, model: object) -> bool:
        """By where its class comes from."""
        return any(base.__module__ == "catboost.core" and base.__name__ == "CatBoost" for base in type(model).__mro__)

    def save(self, model: Any, folder: Path) -> None:
        """Write model.cbm. Raises: UnreadableArtifactError when the model is not fitted, or of a kind not supported."""
        import catboost

        path = folder / MODEL
        try:
            model.save_model(str(path))
            self.describe(folder)
        except catboost.CatBoostError as error:
            raise UnreadableArtifactError(f"This {type(model).__name__} cannot be saved; is it fitted?") from error
        except UnreadableArtifactError:
            path.unlink(missing_ok=True)
            raise

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Trees over numbers in numpy, others in CatBoost. Raises: UnreadableArtifactError."""
        from fairlead_catboost.library import Library, installed
        from fairlead_catboost.predictor import CatBoostPredictor, ExplainingPredictor
        from fairlead_catboost.trees import Trees

        data = contents(folder)
        model = model_of(data)
        described(model)
        categories = [feature.place for feature in model.features if feature.categorical]
        scorer = Trees(model) if model.plain else Library(data, categories)
        # CatBoost 1.2's contributions do not add up to the score where trees are not symmetric.
        explains = installed() and model.symmetric
        return ExplainingPredictor(model, card, scorer, data) if explains else CatBoostPredictor(model, card, scorer)
