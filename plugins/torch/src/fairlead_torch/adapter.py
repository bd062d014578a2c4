"""The adapter: model.pt2 or model.pt, and torch.json beside it."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor, Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_torch.card import PROGRAM, Said, read


class TorchAdapter:
    """`torch.nn.Module`, exported, and TorchScript."""

    name = "torch"

    def reads(self, folder: Path) -> bool:
        """A program and this adapter's card beside it."""
        try:
            read(folder)
        except UnreadableArtifactError:
            return False
        return True

    def describe(self, folder: Path) -> ModelCard:
        """From the card alone, without torch. Raises: UnreadableArtifactError."""
        return read(folder).card

    def handles(self, model: object) -> bool:
        """A module, by where its class comes from."""
        return any(
            base.__module__ == "torch.nn.modules.module" and base.__name__ == "Module" for base in type(model).__mro__
        )

    def save(self, model: object, folder: Path) -> None:
        """Export by the columns that the module names. Raises: UnreadableArtifactError."""
        self.save_by(model, folder, None)

    def save_by(self, model: object, folder: Path, example: Table | None) -> None:
        """Export, with the example's columns where the module names none. Raises: UnreadableArtifactError."""
        from fairlead_torch.saving import save

        save(model, folder, example)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load the program, which may run anything: only ever in a child worker. Raises: UnreadableArtifactError."""
        from fairlead_torch.predictor import ProgramPredictor

        said = read(folder)
        try:
            return ProgramPredictor(_program(folder, said), said)
        except ImportError as error:
            raise UnreadableArtifactError(
                "torch is not installed where the model runs: install it there, the build for the CPU is enough."
            ) from error


def _program(folder: Path, said: Said) -> Any:
    import torch

    try:
        if said.file == PROGRAM:
            return torch.export.load(folder / PROGRAM).module()
        return torch.jit.load(str(folder / said.file), map_location="cpu").eval()
    except Exception as error:  # a damaged file raises whatever its reader meets first
        raise UnreadableArtifactError(f"{said.file} does not load: {type(error).__name__}.") from error
