"""The adapter: one file, model.ubj or model.json."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.describing import described
from fairlead_xgboost.model_file import UBJ, contents, recognised, saved, the_file


class XGBoostAdapter:
    """Boosters and the scikit-learn wrappers of XGBoost."""

    name = "xgboost"

    def reads(self, folder: Path) -> bool:
        """A UBJ or JSON file that begins as XGBoost's do."""
        return bool(recognised(folder))

    def describe(self, folder: Path) -> ModelCard:
        """From the file's own fields, without XGBoost. Raises: UnreadableArtifactError."""
        path = the_file(folder)
        return described(saved(path.name, contents(path)), self.name)

    def handles(self, model: object) -> bool:
        """A Booster or a wrapper, by where its class comes from."""
        return any(
            base.__module__.startswith("xgboost.") and base.__name__ in ("Booster", "XGBModel")
            for base in type(model).__mro__
        )

    def save(self, model: Any, folder: Path) -> None:
        """Write model.ubj. Raises: UnreadableArtifactError when the model is not fitted, or of a kind not supported."""
        path = folder / UBJ
        try:
            _write(model, path)
            self.describe(folder)
        except UnreadableArtifactError:
            path.unlink(missing_ok=True)
            raise

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load the booster, once its trees are known to be sound. Raises: UnreadableArtifactError."""
        from fairlead_xgboost.native import Booster, XGBoostError
        from fairlead_xgboost.predictor import BoosterPredictor
        from fairlead_xgboost.soundness import check_sound

        path = the_file(folder)
        data = contents(path)
        content = saved(path.name, data)
        described(content, self.name)
        check_sound(content)
        try:
            return BoosterPredictor(Booster(data), card, content["learner"])
        except (XGBoostError, ValueError, TypeError, KeyError) as error:
            raise UnreadableArtifactError(f"XGBoost cannot load {path.name}.") from error


def _write(model: Any, path: Path) -> None:
    import xgboost as xgb

    from fairlead_xgboost.predictor import MISSING

    missing = getattr(model, "missing", None)
    try:
        booster = model if isinstance(model, xgb.Booster) else model.get_booster()
        # NaN is not equal to itself, and is what a file without the attribute means.
        booster.set_attr(**{MISSING: None if missing is None or missing != missing else repr(float(missing))})
        model.save_model(path)
        booster.set_attr(**{MISSING: None})
    except (xgb.core.XGBoostError, ValueError, TypeError) as error:
        raise UnreadableArtifactError(f"This {type(model).__name__} cannot be saved; is it fitted?") from error
