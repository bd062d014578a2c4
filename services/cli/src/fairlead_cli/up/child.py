"""One supervised process: started again with growing pauses when it dies, ended with its whole group."""

import asyncio
import contextlib
import os
import signal
import threading
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE, STABLE = 0.2, 10.0, 10.0
_LINE_LIMIT = 1 << 20
Line = Callable[[str, str], None]


@dataclass
class Child:
    """A service's process. `on_line` gets its name and each line that it prints."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    on_line: Line
    process: Process | None = None
    restarts: int = 0
    _spawned: threading.Event = field(default_factory=threading.Event, repr=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _task: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self.process.pid if self.process is not None and self.process.returncode is None else None

    def first_pid(self, patience: float) -> int:
        """Its process id, waited for from another thread. Raises: TimeoutError."""
        if not self._spawned.wait(patience):
            raise TimeoutError(f"{self.name} was not started within {patience:.0f} s")
        return self.pid or 0

    def start(self) -> None:
        """Begin to supervise."""
        self._task = asyncio.create_task(self._keep_running(), name=self.name)

    async def stop(self, patience: float) -> None:
        """Ask it to end, wait so many seconds, then kill its group."""
        self._stopping.set()
        self._signal(signal.SIGTERM)
        if self._task is None:
            return
        try:
            await asyncio.wait_for(asyncio.shield(self._task), patience)
        except TimeoutError:
            self.on_line("up", f"{self.name} did not end within {patience:.0f} s and is killed")
            self._signal(signal.SIGKILL)
            await self._task

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = loop.time()
            code = await self._run()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE if loop.time() - began > STABLE else min(pause * 2, LONGEST_PAUSE)
            self.restarts += 1
            self.on_line("up", f"{self.name} ended with code {code}; it starts again in {pause:.1f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _run(self) -> int:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, env=dict(self.environment), stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=STDOUT,
            start_new_session=True, limit=_LINE_LIMIT,
        )  # fmt: skip
        self._spawned.set()
        if self._stopping.is_set():
            self._signal(signal.SIGTERM)
        reading = asyncio.create_task(self._read(self.process))
        code = await self.process.wait()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        return code

    async def _read(self, process: Process) -> None:
        while process.stdout is not None:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue
            if not line:
                return
            self.on_line(self.name, line.decode(errors="replace").rstrip())

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
