"""From a live module to an exported program, or a script to its file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_torch.card import FILE, PROGRAM, SCRIPT, Said


def save(model: Any, folder: Path, example: Table | None) -> None:
    """Write the program and torch.json. Raises: UnreadableArtifactError."""
    import torch

    inputs, classes = _texts(model, "inputs"), _texts(model, "classes")
    if not inputs and example is None:
        raise UnreadableArtifactError("Say the columns, `module.inputs = ('age', 'income')`, or give training data.")
    inputs = inputs or tuple(example or ())
    script = isinstance(model, torch.jit.ScriptModule)
    said = Said(
        torch=torch.__version__, file=SCRIPT if script else PROGRAM, width=len(inputs), inputs=inputs, classes=classes,
        gives=getattr(model, "gives", "logits"),
    )  # fmt: skip
    model.eval()
    rows = torch.zeros((2, len(inputs)), dtype=torch.float32)
    try:
        with torch.inference_mode():
            _check(model(rows), said)
        if script:
            torch.jit.save(model, str(folder / SCRIPT))
        else:
            program = torch.export.export(model, (rows,), dynamic_shapes=({0: torch.export.Dim("rows")},), strict=False)
            torch.export.save(program, folder / PROGRAM)
    except UnreadableArtifactError:
        raise
    except Exception as error:  # the module's own code, and whatever the exporter meets in it
        (folder / said.file).unlink(missing_ok=True)
        raise UnreadableArtifactError(
            f"{type(model).__name__} cannot be exported: {type(error).__name__}: {str(error)[:300]}. It is called with"
            f" one float32 tensor of any number of rows and {len(inputs)} columns."
        ) from error
    (folder / FILE).write_text(said.model_dump_json(indent=1))


def _check(found: Any, said: Said) -> None:
    shape = tuple(getattr(found, "shape", ()))
    fits = {(2, max(1, len(said.classes)))} | ({(2,), (2, 1)} if len(said.classes) <= 2 else set())
    if shape not in fits:
        raise UnreadableArtifactError(
            f"For 2 rows the module gives a tensor of shape {shape}; with {len(said.classes)} classes one of"
            f" {sorted(fits)} is due. `module.classes = ('no', 'yes')` names the classes."
        )


def _texts(model: Any, name: str) -> tuple[str, ...]:
    said = getattr(model, name, ())
    if isinstance(said, str) or not isinstance(said, Iterable):
        raise UnreadableArtifactError(f"`{name}` of the module is no sequence of texts.")
    return tuple(str(each) for each in said)
