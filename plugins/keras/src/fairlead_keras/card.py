"""From a model's architecture, and what keras.json says beside it, to the adapter's card."""

import json
from pathlib import Path
from typing import Final, Literal

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.values import Message
from pydantic import ValidationError

from fairlead_keras.archive import MODEL, Architecture, read

FILE: Final = "keras.json"
_LIMIT = 4 << 20


class Said(Message):
    """What a .keras file has no place for: the columns of its one input, and the names of its classes."""

    format: Literal["fairlead-keras/1"] = "fairlead-keras/1"
    inputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def described(folder: Path) -> tuple[Architecture, ModelCard]:
    """The architecture, and the card. Loading can run anything, whatever the files say: the trust is `code`.

    Raises: UnreadableArtifactError when the files are damaged, contradict each other, or are not served.
    """
    architecture, said = read(folder), _said(folder / FILE)
    classes = said.classes or _numbered(architecture)
    _check(architecture, said, classes)
    several = tuple(entry.name for entry in architecture.entries) if len(architecture.entries) > 1 else ()
    return architecture, ModelCard(
        adapter="keras", framework="keras", framework_version=architecture.version, trust="code",
        inputs=several or said.inputs, task="classification" if classes else "regression", classes=classes,
        requirements=(f"keras=={architecture.version}",),
    )  # fmt: skip


def _said(path: Path) -> Said:
    try:
        if not path.exists():
            return Said()
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        return Said.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, ValidationError, RecursionError) as error:
        raise UnreadableArtifactError(f"{FILE} is damaged; register the live model, which writes it.") from error


def _numbered(architecture: Architecture) -> tuple[str, ...]:
    """Classes by their number, where the last activation gives probabilities of them."""
    if architecture.ends == "sigmoid" and architecture.units == 1:
        return ("0", "1")
    return tuple(map(str, range(architecture.units))) if architecture.ends == "softmax" else ()


def _check(architecture: Architecture, said: Said, classes: tuple[str, ...]) -> None:
    only = architecture.entries[0] if len(architecture.entries) == 1 else None
    width = only.width if only else 0
    if said.inputs and (len(said.inputs) != width or len(set(said.inputs)) < width):
        raise UnreadableArtifactError(f"{FILE} names {len(said.inputs)} inputs, and {MODEL} takes {width} columns.")
    if len(classes) == 1 or len(set(classes)) < len(classes):
        raise UnreadableArtifactError("A classifier has two classes or more, each with a name of its own.")
    fits = {max(1, len(classes))} | ({1} if len(classes) == 2 else set())
    if architecture.units not in fits:
        raise UnreadableArtifactError(
            f"The model gives {architecture.units} numbers a row, and has {len(classes)} classes: end it with a"
            " softmax, or name them, `model.classes = ('no', 'yes')`."
        )
