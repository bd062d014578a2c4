"""What a model prints goes to the replica's log, as far as that is worth reading."""

import os
import sys
import threading

_KEPT, _CHUNK = 64 * 1024, 16 * 1024


def relay(descriptor: int) -> threading.Thread:
    """Pass on what a worker prints: its first 64 kB, then only that there was more. Ends with the worker."""
    thread = threading.Thread(target=_pass_on, args=(descriptor,), name="worker's output", daemon=True)
    thread.start()
    return thread


def _pass_on(descriptor: int) -> None:
    left, dropped = _KEPT, 0
    with os.fdopen(descriptor, "rb", buffering=0) as output:
        while chunk := output.read(_CHUNK):
            sys.stderr.write(chunk[:left].decode(errors="replace"))
            if dropped == 0 and len(chunk) > left:
                sys.stderr.write("\n[the model prints more; it is not kept]\n")
            dropped += max(0, len(chunk) - left)
            left = max(0, left - len(chunk))
            sys.stderr.flush()
