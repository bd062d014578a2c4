"""Batching without a timer: whatever is queued when the event loop next turns goes to the model together."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from fairlead_runtime.serving.calls import Call
from fairlead_runtime.serving.model_calls import Scored
from fairlead_runtime.serving.pace import Pace

LONG_US = 5_000.0
"""A call of the model that takes longer than this leaves the event loop, so that others need not wait behind it."""
ROWS = 4_096
"""Rows of a batch that is made of several requests."""
Score = Callable[[Sequence[Call]], Scored | Exception]
Late = Callable[[Call], None]
Finish = Callable[[Sequence[Call], Scored | Exception], None]


class Batches:
    """Queues of calls: short ones are scored on the event loop, long ones in `lanes` threads beside it.

    `always_beside`: every call leaves the loop, for a model that lives in another process.
    """

    def __init__(self, score: Score, finish: Finish, late: Late, pace: Pace, *, always_beside: bool) -> None:
        self._score, self._finish, self._late, self._pace = score, finish, late, pace
        self._always_beside = always_beside
        self._lanes = 1 if always_beside else 2
        self._pool = ThreadPoolExecutor(self._lanes, thread_name_prefix="model")
        self._short: deque[Call] = deque()
        self._long: deque[Call] = deque()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return len(self._short) + len(self._long)

    def put(self, call: Call) -> None:
        """Queue a call."""
        if self._always_beside or call.explain or self._pace.of(call.rows.count) > LONG_US:
            self._long.append(call)
            self._start_lanes()
            return
        if not self._short:
            asyncio.get_running_loop().call_soon(self._turn)
        self._short.append(call)

    def _turn(self) -> None:
        calls = self._timely(self._cut(self._short))
        if self._short:  # what came in the meantime is taken in between
            asyncio.get_running_loop().call_soon(self._turn)
        if calls:
            self._finish(calls, self._timed(calls))

    def _cut(self, queue: deque[Call]) -> list[Call]:
        calls = [queue.popleft()]
        rows = calls[0].rows.count
        while queue and not (calls[0].alone or queue[0].alone):
            rows += queue[0].rows.count
            if rows > ROWS or (self._pace.of(rows) > LONG_US and not self._always_beside):
                break
            calls.append(queue.popleft())
        return calls

    def _timely(self, calls: list[Call]) -> list[Call]:
        # Scoring for who has left makes those wait who have not.
        moment = time.perf_counter_ns()
        late = [call for call in calls if 0 < call.arrival.due < moment]
        for call in late:
            self._late(call)
        return [call for call in calls if call not in late] if late else calls

    def _timed(self, calls: Sequence[Call]) -> Scored | Exception:
        began = time.thread_time_ns()  # the thread's own: how busy the machine is says nothing of the model
        outcome = self._score(calls)
        if not calls[0].explain:
            self._pace.learn(sum(call.rows.count for call in calls), (time.thread_time_ns() - began) / 1e3)
        return outcome

    def _start_lanes(self) -> None:
        while self._long and len(self._running) < self._lanes:
            calls = self._timely(self._cut(self._long))
            if not calls:
                continue
            task = asyncio.create_task(self._beside(calls))
            self._running.add(task)
            task.add_done_callback(self._ended)

    async def _beside(self, calls: Sequence[Call]) -> None:
        outcome = await asyncio.get_running_loop().run_in_executor(self._pool, self._timed, calls)
        self._finish(calls, outcome)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        task.result()
        self._start_lanes()

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)
