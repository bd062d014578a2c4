"""The adapter: a folder with MLmodel in it, and the adapter of its flavour behind it."""

import functools
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from fairlead_contracts.adapters import Adapter, ModelCard, Predictor
from fairlead_contracts.errors import InvalidRequestError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters

from fairlead_mlflow.mlmodel import FILE, PYFUNC, MLmodel, is_mlmodel, read

_ADAPTERS = {
    "sklearn": "sklearn", "xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost", "onnx": "onnx",
    "statsmodels": "statsmodels",
}  # fmt: skip
"""Flavours, and the adapters that read their files without MLflow."""
_ENVIRONMENT = ("conda.yaml", "python_env.yaml", "requirements.txt")


class MLflowAdapter:
    """MLflow's folders, of flavours that an installed adapter reads, else as pyfunc."""

    name = "mlflow"

    @property
    def envelope(self) -> Literal[True]:
        """Its folders hold a file that another adapter reads too."""
        return True

    def reads(self, folder: Path) -> bool:
        """True when MLmodel says what flavours there are."""
        return is_mlmodel(folder)

    def describe(self, folder: Path) -> ModelCard:
        """From MLmodel, and what the flavour's adapter says. Raises: UnreadableArtifactError."""
        said = read(folder)
        if (adapter := _behind(said, folder)) is None:
            return _as_pyfunc(said)
        card = adapter.describe(folder)
        return card.model_copy(update={"adapter": self.name, "inputs": card.inputs or said.inputs})

    def handles(self, model: object) -> bool:
        """Never: a live model has its flavour's adapter."""
        return False

    def save(self, model: object, folder: Path) -> None:
        """Copy an MLflow model's folder, given by its path, without its lists of packages.

        Raises: InvalidRequestError when it is no path of such a folder.
        """
        source = Path(model) if isinstance(model, str | os.PathLike) else None
        if source is None or not is_mlmodel(source):
            raise InvalidRequestError(f"Give the path of an MLflow model's folder, one that has {FILE} in it.")
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_ENVIRONMENT))

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """By the flavour's adapter; as pyfunc only ever in a child worker. Raises: UnreadableArtifactError."""
        adapter = _behind(read(folder), folder)
        if (adapter is None) is not (card.framework == PYFUNC):
            raise UnreadableArtifactError("The model was registered with other adapters than are installed here.")
        if adapter is None:
            from fairlead_mlflow.pyfunc import loaded

            return loaded(folder, card)
        return adapter.load(folder, card.model_copy(update={"adapter": adapter.name}))


def _behind(said: MLmodel, folder: Path) -> Adapter | None:
    for flavor, name in _ADAPTERS.items():
        adapter = _installed().get(name)
        if flavor in said.flavors and adapter is not None and adapter.reads(folder):
            return adapter
    return None


@functools.cache
def _installed() -> Mapping[str, Adapter]:
    return adapters()


def _as_pyfunc(said: MLmodel) -> ModelCard:
    flavors = ", ".join(sorted(set(said.flavors) - {PYFUNC})) or PYFUNC
    if not said.loader:
        raise UnreadableArtifactError(
            f"No installed adapter reads this model of flavour {flavors[:100]}, and it is no pyfunc."
        )
    known = sorted(set(said.flavors) & set(_ADAPTERS))
    if known and said.output not in ("double", "float"):
        raise UnreadableArtifactError(
            f"The {known[0]} model is stored as a pickle, or in a form that no installed adapter reads, and as pyfunc"
            f" it gives labels without probabilities: register it live, with mlflow.{known[0]}.load_model, or log it in"
            " the framework's own format (for scikit-learn: serialization_format='skops')."
        )
    if said.output is None:
        raise UnreadableArtifactError(
            "A pyfunc is served as a regressor, and this one's signature does not say that it gives one number a row:"
            " log it with such a signature, or register a class of your own with predict(table)."
        )
    return ModelCard(
        adapter="mlflow", framework=PYFUNC, framework_version=said.version, task="regression", trust="code",
        inputs=said.inputs, requirements=(f"mlflow=={said.version}",),
    )  # fmt: skip
