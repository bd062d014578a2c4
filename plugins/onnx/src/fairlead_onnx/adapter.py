"""The adapter: one file, model.onnx."""

from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.describing import Plan, described
from fairlead_onnx.model_file import MODEL, Model, read, recognised
from fairlead_onnx.soundness import check_sound

_DAMAGE = (ValueError, IndexError, KeyError)


class OnnxAdapter:
    """ONNX models, whatever framework they were exported from."""

    name = "onnx"

    def reads(self, folder: Path) -> bool:
        """A file that begins as an ONNX model does."""
        return recognised(folder)

    def describe(self, folder: Path) -> ModelCard:
        """From the graph, without onnxruntime. Raises: UnreadableArtifactError."""
        return _checked(folder, self.name)[1]

    def handles(self, model: object) -> bool:
        """An `onnx.ModelProto`."""
        kind = type(model)
        return kind.__module__.partition(".")[0] == "onnx" and kind.__name__ == "ModelProto"

    def save(self, model: Any, folder: Path) -> None:
        """Write model.onnx. Raises: UnreadableArtifactError when it is of a kind not supported."""
        (folder / MODEL).write_bytes(model.SerializeToString())
        try:
            self.describe(folder)
        except UnreadableArtifactError:
            (folder / MODEL).unlink()
            raise

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Start a session on the checked bytes. Raises: UnreadableArtifactError."""
        from fairlead_onnx.predictor import SessionPredictor
        from fairlead_onnx.session import session_of
        from fairlead_onnx.trees import check_trees
        from fairlead_onnx.zipmap import plain

        model, _, plan = _checked(folder, self.name)
        try:
            check_trees(model)
            data, scores = plain(model, plan.scores.name)
        except _DAMAGE as error:
            raise _damaged() from error
        return SessionPredictor(session_of(data), card, plan, model.inputs, scores)


def _checked(folder: Path, adapter: str) -> tuple[Model, ModelCard, Plan]:
    model = read(folder)
    try:
        check_sound(model)
        return (model, *described(model, adapter))
    except _DAMAGE as error:
        raise _damaged() from error


def _damaged() -> UnreadableArtifactError:
    return UnreadableArtifactError(f"{MODEL} is no ONNX model, or a damaged one.")
