"""What a worker does once it has given up its rights: load the model, then answer."""

import os
import sys
from pathlib import Path
from typing import IO

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.plugins import adapters

from fairlead_runtime.worker.frames import Frame, frame_of, read, table_of, write

_NO_FILES = "the model has no open files left (limit descriptors)"
_NO_MEMORY = "the model ran out of memory (limit memory)"


def answer(artifacts: Path, card_json: str, answers: IO[bytes]) -> None:
    """Load, say so or why not, and answer frames from standard input until it ends."""
    card = ModelCard.model_validate_json(card_json)
    try:
        predictor = adapters()[card.adapter].load(artifacts, card)
    except Exception as error:  # the model's own code may raise anything; it is told to the replica and ends here
        write(answers, Frame(error=f"the model does not load: {_told(error)}"))
        return
    write(answers, Frame())
    while (frame := read(sys.stdin.buffer)) is not None:
        write(answers, _answered(predictor, frame))


def _answered(predictor: Predictor, frame: Frame) -> Frame:
    try:
        return frame_of(predictor.predict(table_of(frame)))
    except Exception as error:  # as above: one bad row must not end the worker
        worn = _worn(error)
        return Frame(error=worn or _said(error), failed=bool(worn))


def _worn(error: BaseException | None) -> str:
    # What a model holds it may hold for good, so a worker that has no memory or no files left is started anew.
    try:
        os.close(os.dup(0))
    except OSError:
        return _NO_FILES
    while error is not None:
        if isinstance(error, MemoryError):
            return _NO_MEMORY
        error = error.__cause__ or error.__context__
    return ""


def _told(error: Exception) -> str:
    return _worn(error) or _said(error)


def _said(error: Exception) -> str:
    return error.detail if isinstance(error, FairleadError) else type(error).__name__
