"""The model's text file, read without LightGBM: a header, a block a tree, and the parameters of training."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

MODEL, CLASSES = "model.txt", "classes.json"
_MLFLOW = "model.lgb"
"""What MLflow calls the same file."""
_BEGINS = b"tree\nversion=v"
_END, _PARAMETERS, _LAST = "\nend of trees\n", "\nparameters:\n", "\nend of parameters\n"
_LEVELS = "\npandas_categorical:"


@dataclass(frozen=True)
class ModelText:
    """The file's fields as texts; what they say is checked elsewhere.

    `trees` holds each tree's fields, `parameters` those of training, `levels` the levels of pandas' categories.
    """

    header: dict[str, str]
    trees: tuple[dict[str, str], ...]
    parameters: dict[str, str]
    levels: list[Any]
    classes: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The features' names; LightGBM makes some up where it was given none."""
        return self.header["feature_names"].split(" ")

    @property
    def objective(self) -> str:
        """The objective's name, without its parameters; empty where there is none."""
        return self.header.get("objective", "").partition(" ")[0]


def recognised(folder: Path) -> bool:
    """True when the text begins as LightGBM's do."""
    try:
        with _path(folder).open("rb") as file:
            return file.read(len(_BEGINS)) == _BEGINS
    except OSError:
        return False


def _path(folder: Path) -> Path:
    return next((folder / name for name in (MODEL, _MLFLOW) if (folder / name).exists()), folder / MODEL)


def read(folder: Path) -> ModelText:
    """The model in the folder. Raises: UnreadableArtifactError."""
    try:
        text = _path(folder).read_bytes().decode()
        if not text.startswith(_BEGINS.decode()):
            raise ValueError("another beginning")
        return _parsed(text, _classes(folder))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableArtifactError(f"{MODEL} is no LightGBM model, or a damaged one.") from error


def _parsed(text: str, classes: tuple[str, ...]) -> ModelText:
    body, end, rest = text.partition(_END)
    if not end:
        raise ValueError("the end of the trees is missing")
    first, *others = body.split("\nTree=")
    _, _, after = rest.partition(_PARAMETERS)
    given, whole, last = after.partition(_LAST)
    _, named, levels = last.partition(_LEVELS)
    found = json.loads(levels.partition("\n")[0]) if named else None
    if not whole or (not named and "[categorical_feature: ]" not in given):
        raise ValueError("the end is missing")
    if not isinstance(found, list | None):
        raise TypeError("levels are a list")
    parameters = [line[1:-1].split(": ", 1) for line in given.split("\n") if line.startswith("[") and ": " in line]
    trees = tuple(_fields(other.partition("\n")[2]) for other in others)
    return ModelText(
        _fields(first.partition("\n")[2]), trees, {name: value for name, value in parameters}, found or [], classes
    )


def _fields(block: str) -> dict[str, str]:
    # A line without a value is a mark: `average_output`.
    return {name: value for name, _, value in (line.partition("=") for line in block.split("\n") if line)}


def _classes(folder: Path) -> tuple[str, ...]:
    path = folder / CLASSES
    if not path.exists():
        return ()
    found = json.loads(path.read_bytes())
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError("classes are texts")
    if len(found) < 2 or len(set(found)) < len(found):
        raise ValueError("classes are several, each once")
    return tuple(found)
