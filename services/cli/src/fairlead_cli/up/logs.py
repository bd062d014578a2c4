"""One log stream of all processes, and a file for each.

A log that cannot be written, because the disk is full or the terminal is gone, stops nothing: it is dropped.
"""

import contextlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green")
ROTATE = 20 * 1024 * 1024


class Logs:
    """Writes each line to its service's file, and to the console with the service's name before it."""

    def __init__(self, folder: Path, console: Console | None, on_loss: Callable[[str], None] | None = None) -> None:
        """`on_loss` is told the first time that a file cannot be written."""
        self.folder, self.console, self.on_loss = folder, console, on_loss
        self._files: dict[str, TextIO] = {}

    def line(self, name: str, text: str) -> None:
        """Take one line."""
        try:
            self._file(name).write(text + "\n")
            self._file(name).flush()
        except OSError as error:
            self._lost(name, error)
        if self.console is not None:
            colour = _COLOURS[zlib.crc32(name.encode()) % len(_COLOURS)]
            self.show(Text(f"{name:>9} ", style=colour) + Text(text))

    def show(self, text: Text) -> None:
        """Show a line on the console, if there still is one."""
        try:
            if self.console is not None:
                self.console.print(text, soft_wrap=True)
        except OSError:
            self.console = None

    def _lost(self, name: str, error: OSError) -> None:
        if self.on_loss is not None:
            self.on_loss(f"{self.path(name)} cannot be written: {error.strerror}; what it should hold is dropped")
        self.on_loss = None

    def path(self, name: str) -> Path:
        """Where a service's log is."""
        return self.folder / f"{name}.log"

    def _file(self, name: str) -> TextIO:
        file = self._files.get(name)
        if file is not None and file.tell() > ROTATE:
            file.close()
            self.path(name).replace(self.path(name).with_suffix(".log.1"))
            file = None
        if file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._files[name] = self.path(name).open("a")
        return file

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
