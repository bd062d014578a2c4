"""The model's file, UBJ or JSON: found, recognised and read without XGBoost."""

import json
import re
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.ubj import Numbers, UbjError, loads

UBJ, JSON, MLFLOW = "model.ubj", "model.json", "model.xgb"
_HEAD = 64
_BINARY = re.compile(rb"\{(?:[iU].|I..|l.{4}|L.{8})(?:learner|version|Config)[\[{]", re.DOTALL)
_BEGINS = {
    UBJ: _BINARY,
    MLFLOW: _BINARY,
    JSON: re.compile(rb'\s*\{\s*"(?:learner|version|Config)"\s*:\s*[\[{]'),
}


def recognised(folder: Path) -> list[Path]:
    """The files in the folder that begin as XGBoost's do."""
    return [folder / name for name, begins in _BEGINS.items() if begins.match(_head(folder / name))]


def the_file(folder: Path) -> Path:
    """The one model file. Raises: UnreadableArtifactError when there is none, or two."""
    found = recognised(folder)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnreadableArtifactError(f"{UBJ} and {JSON} are both XGBoost models; keep one of them.")
    raise UnreadableArtifactError(f"There is no XGBoost model in {UBJ} or {JSON}.")


def contents(path: Path) -> bytes:
    """The file's bytes. Raises: UnreadableArtifactError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableArtifactError(f"{path.name} cannot be read.") from error


def saved(name: str, data: bytes) -> dict[str, Any]:
    """What a file of this name and these bytes holds. Raises: UnreadableArtifactError."""
    try:
        found = loads(data) if name != JSON else json.loads(data)
    except (UbjError, ValueError, RecursionError) as error:
        raise UnreadableArtifactError(f"{name} is no XGBoost model, or a damaged one.") from error
    if not isinstance(found, dict):
        raise UnreadableArtifactError(f"{name} is no XGBoost model.")
    return found


def numbers(values: Any) -> list[Any]:
    """An array of numbers, from either format. Raises: TypeError when it is none."""
    if isinstance(values, Numbers):
        return values.tolist()
    if isinstance(values, list) and all(isinstance(each, int | float) for each in values):
        return values
    raise TypeError("an array of numbers is expected")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""
