"""The worker's process: load the model, then answer frames until the stream ends."""

import os
import sys
from pathlib import Path
from typing import IO

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.plugins import adapters

from fairlead_runtime.worker.frames import Frame, frame_of, read, table_of, write


def main() -> None:
    """Answer on the descriptor that was standard output; what the model prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    artifacts, card = Path(sys.argv[1]), ModelCard.model_validate_json(sys.argv[2])
    try:
        predictor = adapters()[card.adapter].load(artifacts, card)
    except Exception as error:  # the model's own code may raise anything; it is told to the replica and ends here
        write(answers, Frame(error=f"the model does not load: {_told(error)}"))
        return
    write(answers, Frame())
    _serve(predictor, sys.stdin.buffer, answers)


def _serve(predictor: Predictor, requests: IO[bytes], answers: IO[bytes]) -> None:
    while (frame := read(requests)) is not None:
        try:
            answer = frame_of(predictor.predict(table_of(frame)))
        except Exception as error:  # as above: one bad row must not end the worker
            answer = Frame(error=_told(error))
        write(answers, answer)


def _told(error: Exception) -> str:
    return error.detail if isinstance(error, FairleadError) else type(error).__name__


if __name__ == "__main__":
    main()
