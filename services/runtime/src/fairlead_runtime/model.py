"""Loading: the digest of the very bytes that are loaded, then the adapter, then a warm-up call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from fairlead_contracts.adapters import Column, Explainer, Explanation, Predictor, Signature, Table
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import FairleadError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_drift import Baseline
from fairlead_drift.features import Feature, Numeric

from fairlead_runtime.held import ContractBrokenError, held
from fairlead_runtime.private_copy import private_copy
from fairlead_runtime.worker.parent import WorkerModel

Explain = Callable[[Table], Explanation]


class Loaded(Protocol):
    """A model that is ready: in this process where its files are only data, else in a child worker."""

    @property
    def explain(self) -> Explain | None:
        """Explains rows; None where the model has no explanations."""
        ...

    def predict(self, table: Table) -> Table:
        """Score rows."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class InProcess:
    """A model whose files are only data."""

    def __init__(self, predictor: Predictor) -> None:
        self.predict = predictor.predict
        self.explain: Explain | None = predictor.explain if isinstance(predictor, Explainer) else None

    def close(self) -> None:
        """Nothing to let go."""


def load(folder: Path, bundle: Bundle, row: Table) -> Loaded:
    """The bundle's model, checked, loaded and warmed up on one row, whose answer is held to the signature.

    Raises: DigestMismatchError; UnreadableArtifactError with what the adapter, or the model's worker, said.
    """
    artifacts = private_copy(folder, bundle)
    model = _apart(artifacts, bundle) if bundle.runs_apart else _direct(artifacts, bundle)
    try:
        held(model.predict(row), {each.name: each.datatype for each in bundle.signature.outputs}, 1)
    except Exception as error:  # a model may raise anything
        model.close()
        detail = f"The model failed its first call, on a row as training had them: {_said(error)}"
        raise UnreadableArtifactError(detail) from error
    return model


def _apart(artifacts: Path, bundle: Bundle) -> Loaded:
    python = Path(bundle.environment) / "bin" / "python" if bundle.environment else None
    return WorkerModel(artifacts, bundle.card, bundle.plan.limits, python)


def _direct(artifacts: Path, bundle: Bundle) -> Loaded:
    adapter = adapters().get(bundle.card.adapter)
    if adapter is None:
        raise UnreadableArtifactError(f"The adapter {bundle.card.adapter} is not installed here.")
    try:
        return InProcess(adapter.load(artifacts, bundle.card))
    except FairleadError:
        raise
    except Exception as error:  # frameworks raise anything for files that they do not understand
        detail = f"The adapter {adapter.name} cannot load the model ({type(error).__name__})."
        raise UnreadableArtifactError(detail) from error


def _said(error: Exception) -> str:
    if isinstance(error, FairleadError):
        return error.detail
    return f"{error}." if isinstance(error, ContractBrokenError) else f"it raised {type(error).__name__}."


def example(signature: Signature, baseline: Baseline) -> dict[str, "np.ndarray[Any, Any]"]:
    """One row as training had them: each number at its smallest, each text at its most frequent level."""
    features = {each.name: each for each in baseline.features}
    return {column.name: _cell(column, features[column.name]) for column in signature.inputs}


def _cell(column: Column, feature: Feature) -> "np.ndarray[Any, Any]":
    if isinstance(feature, Numeric):
        return np.array([feature.low], dtype=np.float64 if column.datatype == "FP64" else np.int64)
    level = feature.levels[0] if feature.levels else None
    if column.datatype == "BYTES":
        return np.array([level], dtype=object)
    kinds = {"FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_}
    return np.array([level == "True" if column.datatype == "BOOL" else float(level or 0)]).astype(
        kinds[column.datatype]
    )
