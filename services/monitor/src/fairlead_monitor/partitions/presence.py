"""Who of this installation's copies lives: each holds a lock on a file of its own, which ends with its process."""

import fcntl
import os
from pathlib import Path


class Presence:
    """The files of the copies that share this data directory. One elsewhere has none here, and only its beats tell."""

    def __init__(self, home: Path, me: str) -> None:
        self._folder = home / "monitor" / "copies"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mine = self._folder / me
        self._descriptor = os.open(self._mine, os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def ended(self, copy: str) -> bool:
        """True when that copy ran here and its process has ended; False where nothing is known."""
        try:
            descriptor = os.open(self._folder / copy, os.O_WRONLY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def tidy(self, holders: set[str]) -> None:
        """Remove the files of copies that have ended and hold nothing any more."""
        for file in self._folder.iterdir():
            if file.name not in holders and file != self._mine and self.ended(file.name):
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """Be gone."""
        os.close(self._descriptor)
