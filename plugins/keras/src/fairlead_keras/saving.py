"""From a live model to model.keras, and keras.json where there is more to say."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_keras.archive import MODEL
from fairlead_keras.card import FILE, Said, described


def save(model: Any, folder: Path, example: Table | None) -> None:
    """Write the files. Raises: UnreadableArtifactError, with nothing left in the folder."""
    inputs, classes = _texts(model, "columns"), _texts(model, "classes")
    entries = getattr(model, "inputs", None) or ()
    if not inputs and len(entries) == 1:
        inputs = tuple(example or ())
    try:
        try:
            model.save(folder / MODEL)
        except Exception as error:  # the model's own layers, and whatever Keras meets in them
            raise UnreadableArtifactError(
                f"{type(model).__name__} cannot be saved: {type(error).__name__}: {str(error)[:300]}."
            ) from error
        if inputs or classes:
            (folder / FILE).write_text(Said(inputs=inputs, classes=classes).model_dump_json(indent=1))
        described(folder)
    except UnreadableArtifactError:
        for name in (MODEL, FILE):
            (folder / name).unlink(missing_ok=True)
        raise


def _texts(model: Any, name: str) -> tuple[str, ...]:
    said = getattr(model, name, ())
    if isinstance(said, str) or not isinstance(said, Iterable):
        raise UnreadableArtifactError(f"`{name}` of the model is no sequence of texts.")
    return tuple(str(each) for each in said)
