"""One supervised process: started again with growing pauses when it dies, ended with its whole group."""

import asyncio
import contextlib
import json
import os
import re
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE, STABLE = 0.2, 10.0, 10.0
_ERROR = re.compile(r"[\w.]+(Error|Exception|Exit|Interrupt): ")
_LINE_LIMIT = 1 << 20
_REMEMBERED, _LAST_WORDS, _NOT_STARTED = 30, 1.0, 127
Line = Callable[[str, str], None]


@dataclass
class Child:
    """A service's process. `on_line` gets its name and each line that it prints.

    `lock`, a descriptor, is inherited, so that the lock is held for as long as the process lives.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    on_line: Line
    lock: int | None = None
    process: Process | None = None
    restarts: int = 0
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED), repr=False)
    _spawned: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _task: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self.process.pid if self.process is not None and self.process.returncode is None else None

    @property
    def over(self) -> bool:
        """Whether its first process has ended, or was told to."""
        return self.restarts > 0 or self._stopping.is_set()

    async def first_pid(self) -> int:
        """Its process id, waited for."""
        await self._spawned.wait()
        return self.pid or 0

    def start(self) -> None:
        """Begin to supervise."""
        self._task = asyncio.create_task(self._keep_running(), name=self.name)

    async def stop(self, patience: float, hurry: asyncio.Event) -> None:
        """Ask it to end, wait so many seconds or until `hurry` is set, then kill its group."""
        self._stopping.set()
        self._signal(signal.SIGTERM)
        if self._task is None:
            return
        pressed = asyncio.create_task(hurry.wait())
        await asyncio.wait((self._task, pressed), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        pressed.cancel()
        if not self._task.done():
            self.on_line("up", f"{self.name} did not end {'at once' if hurry.is_set() else f'within {patience:.0f} s'}")
            self._signal(signal.SIGKILL)
        await self._task

    def reason(self) -> str:
        """Why it ended, by the last error in what it printed, else by its last line."""
        for line in reversed(self.last_lines):
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict) and said.get("level") in ("error", "critical"):
                    return str(said.get("reason") or said.get("exception", said.get("event"))).strip().splitlines()[-1]
        said = [line.strip() for line in reversed(self.last_lines) if line.strip()]
        return next((line for line in said if _ERROR.match(line)), said[0] if said else "it said nothing")

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
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, env=dict(self.environment), stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=STDOUT,
                start_new_session=True, limit=_LINE_LIMIT, pass_fds=() if self.lock is None else (self.lock,),
            )  # fmt: skip
        except OSError as error:
            self.last_lines.append(f"{self.command[0]}: {error.strerror}")
            return _NOT_STARTED
        finally:
            self._spawned.set()
        if self._stopping.is_set():
            self._signal(signal.SIGTERM)
        reading = asyncio.create_task(self._read(self.process))
        code = await self.process.wait()
        await asyncio.wait((reading,), timeout=_LAST_WORDS)  # who inherited the pipe may hold it open
        reading.cancel()
        return code

    async def _read(self, process: Process) -> None:
        while process.stdout is not None:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            self.last_lines.append(text)
            self.on_line(self.name, text)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
