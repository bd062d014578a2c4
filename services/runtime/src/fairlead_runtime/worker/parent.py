"""The replica's side of a worker: ask it, end it when it fails, start it again, and tell how that went."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import (
    FairleadError,
    InvalidTableError,
    ModelFailedError,
    ModelTimeoutError,
    UnavailableError,
)
from fairlead_contracts.limits import Limits
from fairlead_contracts.values import now

from fairlead_runtime.worker.breaker import Breaker
from fairlead_runtime.worker.frames import Frame, frame_of, table_of
from fairlead_runtime.worker.process import WorkerProcess

Told = Callable[[bool, str], None]


class WorkerModel:
    """A model in a child process that inherits no secrets. One request at a time; others wait."""

    explain: None = None
    """A model's own code may do anything; what it adds to a score is not known."""

    def __init__(
        self, artifacts: Path, card: ModelCard, limits: Limits | None = None, python: Path | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._what = (artifacts, card, self._limits, python)
        self._lock, self._breaker = threading.Lock(), Breaker()
        self._child: WorkerProcess | None = WorkerProcess(*self._what)
        self._failures = 0
        self.told: Told = lambda _healthy, _trouble: None

    def predict(self, table: Table) -> "dict[str, np.ndarray[Any, Any]]":
        """Score rows.

        Raises: InvalidTableError as the model said, ModelTimeoutError, ModelFailedError, UnavailableError while the
        model is not asked because it kept failing.
        """
        with self._lock:
            if self._breaker.waits:
                raise UnavailableError(
                    f"The model kept failing, so it is not asked for {self._breaker.waits:.0f} s: {self._trouble}"
                )
            try:
                answer = self._asked(frame_of(table))
            except FairleadError as error:
                self._failed(error)
                raise
            self._worked()
        if answer.error is not None:
            raise InvalidTableError(f"The model refused the rows: {answer.error}.")
        return self._table(answer)

    def close(self) -> None:
        """End the worker."""
        if self._child is not None:
            self._child.end()

    def _asked(self, frame: Frame) -> Frame:
        child = self._running()
        try:
            answer = child.ask(frame)
        except TimeoutError:
            seconds = self._limits.call_seconds
            raise ModelTimeoutError(f"The model did not answer within {seconds} s (limit call_seconds).") from None
        except ValueError:
            raise ModelFailedError("The model wrote over its worker's answers.") from None
        except (EOFError, OSError):
            raise ModelFailedError(f"The model's worker ended in the middle of a request: {child.reason()}.") from None
        if answer.failed:
            raise ModelFailedError(f"The model's worker had to be ended: {answer.error}.")
        return answer

    def _running(self) -> WorkerProcess:
        if self._child is None or not self._child.alive:
            self._child = None
            try:
                self._child = WorkerProcess(*self._what)
            except FairleadError as error:
                raise ModelFailedError(f"The model's worker cannot be started again: {error.detail}") from error
        return self._child

    def _table(self, answer: Frame) -> "dict[str, np.ndarray[Any, Any]]":
        try:
            return table_of(answer)
        except ValueError:
            raise ModelFailedError("The model's answer is no table.") from None

    def _failed(self, error: FairleadError) -> None:
        self.close()
        self._child = None
        self._breaker.failed()
        self._failures += 1
        self._trouble = error.detail
        said = f"{error.detail} ({self._failures} failed calls, the last at {now():%Y-%m-%dT%H:%M:%SZ})"
        self.told(self._breaker.healthy, said)

    def _worked(self) -> None:
        was_healthy = self._breaker.healthy
        self._breaker.worked()
        if not was_healthy:
            self.told(True, f"{self._trouble} It answers again since {now():%Y-%m-%dT%H:%M:%SZ}.")
