"""The worker's process: give up every right, load the model, then answer frames until the stream ends."""

import json
import os
import sys
from pathlib import Path

from fairlead_chassis.sandbox import kernel
from fairlead_chassis.sandbox.confine import Confinement, confine


def main() -> None:
    """Answer on the descriptor that was standard output; what the model prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    artifacts, limits = Path(sys.argv[1]), json.loads(sys.argv[3])
    if kernel.LINUX:
        kernel.end_with(int(sys.argv[4]))
    missing = confine(
        Confinement(
            readable=(artifacts,), strict=True, processes=limits["processes"], memory=limits["memory"],
            descriptors=limits["descriptors"], file_size=limits["file_size"],
        )
    )  # fmt: skip
    if missing:
        sys.stderr.write(f"not available to the model's worker: {'; '.join(missing)}\n")
    # Libraries are imported after this process has given up its rights, so that no code of theirs had more.
    from fairlead_runtime.worker.answering import answer

    sys.path.insert(0, str(artifacts))  # modules of the model's own
    answer(artifacts, sys.argv[2], answers)


if __name__ == "__main__":
    main()
