"""The file MLmodel: which flavours the folder holds, and the columns that go in and come out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

FILE = "MLmodel"
PYFUNC = "python_function"
_LIMIT = 4 << 20
_NUMBERS = ("double", "float", "long", "integer")


@dataclass(frozen=True)
class MLmodel:
    """What the file says. `inputs` are empty, and `output` is None, where the signature does not name them."""

    flavors: dict[str, dict[str, Any]]
    version: str
    inputs: tuple[str, ...]
    output: str | None

    @property
    def loader(self) -> str:
        """The module that loads it as pyfunc; empty where it is none."""
        return str(self.flavors.get(PYFUNC, {}).get("loader_module") or "")


def is_mlmodel(folder: Path) -> bool:
    """True when the folder has such a file, whole."""
    try:
        read(folder)
    except UnreadableArtifactError:
        return False
    return True


def read(folder: Path) -> MLmodel:
    """Read it. Raises: UnreadableArtifactError."""
    import yaml

    path = folder / FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        said = yaml.safe_load(path.read_bytes())
        flavors = {str(name): dict(fields or {}) for name, fields in said["flavors"].items()}
        said["utc_time_created"]  # the last field that MLflow writes: without it the file is cut
        signature = said.get("signature") or {}
        inputs, outputs = _columns(signature.get("inputs")), _columns(signature.get("outputs"))
        names = [str(each["name"]) for each in inputs if each.get("name")]
        return MLmodel(
            flavors, str(said.get("mlflow_version") or "unknown"),
            tuple(names) if len(set(names)) == len(inputs) else (), _output(outputs),
        )  # fmt: skip
    except UnreadableArtifactError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, yaml.YAMLError) as error:
        raise UnreadableArtifactError(f"{FILE} is missing, cut, or not MLflow's.") from error


def _columns(text: Any) -> list[dict[str, Any]]:
    return [dict(each) for each in json.loads(text)] if text else []


def _output(columns: list[dict[str, Any]]) -> str | None:
    if len(columns) != 1:
        return None
    tensor = columns[0].get("tensor-spec", {}).get("dtype", "") if columns[0].get("type") == "tensor" else ""
    kind = str(tensor or columns[0].get("type"))
    return kind if kind in _NUMBERS or kind.startswith(("float", "int")) else None
