"""Frames to and from a process that may do anything: each with a deadline, and never more than a frame may have."""

import os
import select
import time

from fairlead_runtime.worker.frames import LENGTH, Frame, packed, size_of, unpacked

_CHUNK = 1 << 20


class Channel:
    """Two pipes: one to the worker, one from it. Deadlines are moments of `time.monotonic`, in seconds."""

    def __init__(self, to_worker: int, from_worker: int) -> None:
        self._to, self._from = to_worker, from_worker
        os.set_blocking(to_worker, False)
        os.set_blocking(from_worker, False)

    def send(self, frame: Frame, deadline: float) -> None:
        """Send a frame. Raises: TimeoutError, OSError when the worker has ended."""
        left = memoryview(packed(frame))
        while left:
            _wait(self._to, select.POLLOUT, deadline)
            left = left[os.write(self._to, left[:_CHUNK]) :]

    def receive(self, deadline: float) -> Frame:
        """The next frame. Raises: TimeoutError, EOFError when the worker ended, ValueError for what is no frame."""
        return unpacked(self._exactly(size_of(self._exactly(LENGTH, deadline)), deadline))

    def _exactly(self, size: int, deadline: float) -> bytearray:
        data = bytearray()
        while len(data) < size:
            _wait(self._from, select.POLLIN, deadline)
            chunk = os.read(self._from, min(_CHUNK, size - len(data)))
            if not chunk:
                raise EOFError
            data += chunk
        return data


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1_000):
        raise TimeoutError
