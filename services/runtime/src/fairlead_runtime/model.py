"""Loading: the digest of the very bytes that are loaded, then the adapter, then a warm-up call."""

import hashlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from fairlead_contracts.adapters import Column, Predictor, Signature, Table
from fairlead_contracts.bundle import ARTIFACTS, Bundle
from fairlead_contracts.errors import DigestMismatchError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_drift import Baseline
from fairlead_drift.features import Feature, Numeric

from fairlead_runtime.worker.parent import WorkerModel

_CHUNK = 1 << 20


class Loaded(Protocol):
    """A model that is ready: in this process where its files are only data, else in a child worker."""

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

    def close(self) -> None:
        """Nothing to let go."""


def load(folder: Path, bundle: Bundle, row: Table) -> Loaded:
    """The bundle's model, checked, loaded and warmed up on one row.

    Raises: DigestMismatchError, UnreadableArtifactError.
    """
    artifacts = folder / ARTIFACTS
    for file in bundle.files:
        _check(artifacts / file.path, file.digest)
    model: Loaded = (
        WorkerModel(artifacts, bundle.card, bundle.plan.limits)
        if bundle.card.trust == "code"
        else _direct(artifacts, bundle)
    )
    try:
        model.predict(row)
    except Exception:
        model.close()
        raise
    return model


def _direct(artifacts: Path, bundle: Bundle) -> InProcess:
    adapter = adapters().get(bundle.card.adapter)
    if adapter is None:
        raise UnreadableArtifactError(f"The adapter {bundle.card.adapter} is not installed here.")
    return InProcess(adapter.load(artifacts, bundle.card))


def _check(path: Path, digest: str) -> None:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    if f"sha256:{hashed.hexdigest()}" != digest:
        raise DigestMismatchError(f"{path.name} is not the file that was registered.")


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
