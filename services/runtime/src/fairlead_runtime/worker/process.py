"""One child process with a model: started bare, told its limits, and ended with all that it started."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.limits import Limits

from fairlead_runtime.worker.channel import Channel
from fairlead_runtime.worker.frames import Frame
from fairlead_runtime.worker.output import relay

_KEPT = ("PATH", "LANG", "LC_ALL", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SIGNALS = {
    signal.SIGSEGV: "it crashed in native code (SIGSEGV)",
    signal.SIGKILL: "it was killed, as the system does when memory runs out (SIGKILL)",
    signal.SIGXFSZ: "it wrote a file over its limit (SIGXFSZ)",
    signal.SIGABRT: "it aborted, as native code does when it gets no memory (SIGABRT)",
}


class WorkerProcess:
    """A worker that has loaded its model."""

    def __init__(self, artifacts: Path, card: ModelCard, limits: Limits, python: Path | None = None) -> None:
        """Start it, and wait until it has loaded. Raises: UnreadableArtifactError saying why it did not."""
        self._artifacts, self._card, self._limits = artifacts, card, limits
        self._python = str(python or sys.executable)
        self._child = self._spawned()
        try:
            first = self._loaded()
        except BaseException:
            self.end()
            raise
        if first.error is not None:
            self.end()
            raise UnreadableArtifactError(first.error)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child.poll() is None

    def ask(self, frame: Frame) -> Frame:
        """Ask once. Raises: TimeoutError, EOFError and OSError when it ended, ValueError when it answers nonsense."""
        deadline = time.monotonic() + self._limits.call_seconds
        self._channel.send(frame, deadline)
        return self._channel.receive(deadline)

    def reason(self) -> str:
        """Why it ended, as far as its exit code says."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._child.wait(1)
            if code >= 0:
                return f"it ended itself with exit code {code}"
            number = signal.Signals(-code)
            return _SIGNALS.get(number, f"it was ended by {number.name}")
        return "it closed its pipes and went on"

    def end(self) -> None:
        """Kill it with all that it started."""
        with contextlib.suppress(psutil.Error):
            for each in [*psutil.Process(self._child.pid).children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    each.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _spawned(self) -> "subprocess.Popen[bytes]":
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        if self._limits.processes == 0:
            environment["JOBLIB_MULTIPROCESSING"] = "0"  # joblib would try, and warn that it cannot
        command = [self._python, "-P", "-m", "fairlead_runtime.worker.child", str(self._artifacts)]
        said, printed = os.pipe()
        try:
            child = subprocess.Popen(  # noqa: S603  # our own module, with paths that we made
                [*command, self._card.model_dump_json(), self._limits.model_dump_json(), str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=printed, bufsize=0, env=environment,
                cwd=self._artifacts, close_fds=True, start_new_session=True,
            )  # fmt: skip
        except BaseException:
            os.close(said)
            raise
        finally:
            os.close(printed)
        relay(said)
        return child

    def _loaded(self) -> Frame:
        stdin, stdout, seconds = self._child.stdin, self._child.stdout, self._limits.start_seconds
        if stdin is None or stdout is None:  # never, as both are pipes
            raise OSError("the worker has no pipes")
        self._channel = Channel(stdin.fileno(), stdout.fileno())
        try:
            return self._channel.receive(time.monotonic() + seconds)
        except TimeoutError:
            raise UnreadableArtifactError(f"The model did not load within {seconds} s (limit start_seconds).") from None
        except (EOFError, OSError):
            raise UnreadableArtifactError(f"The model's worker ended while it loaded: {self.reason()}.") from None
        except ValueError:
            raise UnreadableArtifactError("The model wrote over its worker's answers while it loaded.") from None
