"""The replica's side of a worker: start it bare, ask it, and start it again when it died."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError, UnavailableError, UnreadableArtifactError

from fairlead_runtime.worker.frames import Frame, frame_of, read, table_of, write

_KEPT = ("PATH", "LANG", "LC_ALL", "NUMBA_CACHE_DIR", "OMP_NUM_THREADS")


class WorkerModel:
    """A model in a child process that inherits no secrets. One request at a time; others wait."""

    def __init__(self, artifacts: Path, card: ModelCard) -> None:
        self._artifacts, self._card = artifacts, card
        self._lock = threading.Lock()
        self._child = self._start()

    def predict(self, table: Table) -> "dict[str, np.ndarray[Any, Any]]":
        """Score rows. Raises: InvalidTableError as the model said, UnavailableError when the worker died."""
        with self._lock:
            if self._child.poll() is not None:
                self._child = self._start()
            answer = self._ask(frame_of(table))
        if answer.error is not None:
            raise InvalidTableError(f"The model refused the rows: {answer.error}.")
        return table_of(answer)

    def close(self) -> None:
        """End the worker."""
        _end(self._child)

    def _ask(self, frame: Frame) -> Frame:
        stdin, stdout = self._child.stdin, self._child.stdout
        with contextlib.suppress(OSError, ValueError):
            if stdin is not None and stdout is not None:
                write(stdin, frame)
                answer = read(stdout)
                if answer is not None:
                    return answer
        self.close()
        raise UnavailableError("The model's worker ended in the middle of a request; retry.")

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "fairlead_runtime.worker.child", str(self._artifacts)]
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        child = subprocess.Popen(  # noqa: S603  # our own module, with paths that we made
            [*command, self._card.model_dump_json()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=self._artifacts, close_fds=True,
        )  # fmt: skip
        first = read(child.stdout) if child.stdout is not None else None
        if first is None or first.error is not None:
            _end(child)
            raise UnreadableArtifactError(first.error if first and first.error else "the model's worker did not start")
        return child


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
