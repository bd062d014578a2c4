"""torch.json beside the program: what a program cannot say without being run."""

import json
from pathlib import Path
from typing import Final, Literal

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.values import Message
from pydantic import Field, ValidationError

FILE = "torch.json"
PROGRAM: Final = "model.pt2"
SCRIPT: Final = "model.pt"
_ZIP = b"PK\x03\x04"
_LIMIT = 4 << 20


class Said(Message):
    """`width`: columns of the one float32 tensor that goes in. `gives`: what comes out for classes."""

    format: Literal["fairlead-torch/1"] = "fairlead-torch/1"
    torch: str = Field(min_length=1, max_length=100)
    file: Literal["model.pt2", "model.pt"]
    width: int = Field(ge=1, le=100_000)
    inputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    gives: Literal["logits", "probabilities"] = "logits"

    @property
    def card(self) -> ModelCard:
        """The adapter's card. Loading a program can run anything, whatever the files say."""
        version = self.torch.partition("+")[0]
        return ModelCard(
            adapter="torch", framework="torch", framework_version=self.torch, trust="code", inputs=self.inputs,
            task="classification" if self.classes else "regression", classes=self.classes,
            requirements=(f"torch=={version}",),
        )  # fmt: skip


def read(folder: Path) -> Said:
    """What the file says. Raises: UnreadableArtifactError when it, or the program, is missing or damaged."""
    path = folder / FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        said = Said.model_validate(json.loads(path.read_bytes()))
        with (folder / said.file).open("rb") as file:
            whole = file.read(len(_ZIP)) == _ZIP
    except (OSError, ValueError, ValidationError, RecursionError) as error:
        raise UnreadableArtifactError(
            f"{FILE} or the program beside it is missing or damaged; register the live module, which writes both."
        ) from error
    named = said.inputs in ((), tuple(dict.fromkeys(said.inputs))) and len(said.inputs) in (0, said.width)
    if not whole or not named or len(said.classes) == 1 or len(set(said.classes)) < len(said.classes):
        raise UnreadableArtifactError(f"{FILE} contradicts itself, or {said.file} is no program.")
    return said
