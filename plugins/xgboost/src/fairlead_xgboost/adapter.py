"""The adapter: files named model.ubj or model.json, and a model.meta.json beside them for classes and levels."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.ubj import UbjError, loads

UBJ, JSON, META = "model.ubj", "model.json", "model.meta.json"
_CLASSIFIERS = ("binary:", "multi:")


class XGBoostAdapter:
    """Boosters and the scikit-learn wrappers of XGBoost."""

    name = "xgboost"

    def reads(self, folder: Path) -> bool:
        """A UBJ or JSON file whose top is a learner."""
        path = _file(folder)
        return path is not None and b"learner" in path.read_bytes()[:4096]

    def describe(self, folder: Path) -> ModelCard:
        """From the file's own fields; classes from the meta file, else 0, 1, ..."""
        saved = _saved(folder)
        try:
            learner = saved["learner"]
            objective = str(learner["objective"]["name"])
            version = ".".join(str(each) for each in saved["version"])
            inputs = tuple(str(each) for each in learner.get("feature_names", []))
            count = int(learner["learner_model_param"].get("num_class", "0"))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableArtifactError("This is no XGBoost model, or a damaged one.") from error
        task = "classification" if objective.startswith(_CLASSIFIERS) else "regression"
        names = tuple(str(each) for each in range(max(count, 2))) if task == "classification" else ()
        return ModelCard(
            adapter=self.name, framework="xgboost", framework_version=version, trust="data", inputs=inputs,
            task="classification" if task == "classification" else "regression",
            classes=tuple(_meta(folder).get("classes") or names), requirements=(f"xgboost=={version}",),
        )  # fmt: skip

    def handles(self, model: object) -> bool:
        """A Booster or a wrapper, by where its class comes from."""
        return any(base.__module__.startswith("xgboost.") for base in type(model).__mro__)

    def save(self, model: Any, folder: Path) -> None:
        """Write model.ubj, and its classes."""
        model.save_model(folder / UBJ)
        classes = getattr(model, "classes_", None)
        meta = {"classes": None if classes is None else [str(each) for each in classes]}
        (folder / META).write_text(json.dumps(meta))

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load the booster."""
        import xgboost as xgb

        from fairlead_xgboost.predictor import BoosterPredictor

        path = _file(folder)
        if path is None:
            raise UnreadableArtifactError(f"There is no {UBJ} and no {JSON}.")
        try:
            booster = xgb.Booster()
            booster.load_model(path)
        except (xgb.core.XGBoostError, ValueError, TypeError) as error:
            raise UnreadableArtifactError("XGBoost cannot load this model.") from error
        return BoosterPredictor(booster, card)


def _file(folder: Path) -> Path | None:
    return next((path for name in (UBJ, JSON) if (path := folder / name).is_file()), None)


def _saved(folder: Path) -> Any:
    path = _file(folder)
    if path is None:
        raise UnreadableArtifactError(f"There is no {UBJ} and no {JSON}.")
    try:
        return loads(path.read_bytes()) if path.name == UBJ else json.loads(path.read_bytes())
    except (UbjError, ValueError, RecursionError) as error:
        raise UnreadableArtifactError(f"{path.name} is no XGBoost model, or a damaged one.") from error


def _meta(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / META).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
