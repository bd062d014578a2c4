"""Batches of telemetry on the disk, one file each, until the bus has them: what ends the replica does not end them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger()
LIMIT = 1 << 30
"""Bytes on the disk: 10 minutes of about 12,000 rows a second with their outputs and receipts."""
_PART = ".part"
_NAME = "{:015d}"


class Spool:
    """Files in the order of their numbers. Each has one line of JSON, then the batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        for each in folder.glob(f"*{_PART}"):  # was being written when an earlier replica ended
            each.unlink(missing_ok=True)
        self._next = max((int(each.name) for each in folder.iterdir() if each.name.isdigit()), default=0) + 1

    def put(self, head: dict[str, str], payload: bytes) -> Path | None:
        """Write a batch; None where the disk does not take it, and it is kept in memory only.

        It is not synced: the end of the process loses nothing, the end of the machine may lose the last seconds.
        """
        path = self._folder / _NAME.format(self._next)
        part = path.with_suffix(_PART)
        try:
            part.write_bytes(json.dumps(head).encode() + b"\n" + payload)
            part.replace(path)
        except OSError as error:
            log.error("telemetry cannot be written to the disk", reason=error.strerror)
            part.unlink(missing_ok=True)
            return None
        self._next += 1
        return path

    def left(self) -> Iterator[tuple[Path, dict[str, Any], int]]:
        """The batches of an earlier start, in order, with their size; what is no batch is put away with a word."""
        for path in sorted(self._folder.iterdir()):
            try:
                head, payload = read(path)
                yield path, {"subject": head["subject"], "message_id": head["message_id"]}, len(payload)
            except (OSError, ValueError, LookupError, TypeError):
                log.error("a batch on the disk cannot be read and is dropped", file=path.name)
                path.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Any], bytes]:
    """A batch. Raises: OSError, ValueError."""
    line, _, payload = path.read_bytes().partition(b"\n")
    return json.loads(line), payload
