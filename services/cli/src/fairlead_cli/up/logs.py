"""One log stream of all processes, and a file for each."""

from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green")
ROTATE = 20 * 1024 * 1024


class Logs:
    """Writes each line to its service's file, and to the console with the service's name before it."""

    def __init__(self, folder: Path, console: Console | None) -> None:
        self.folder, self.console = folder, console
        self._files: dict[str, TextIO] = {}

    def line(self, name: str, text: str) -> None:
        """Take one line."""
        self._file(name).write(text + "\n")
        self._file(name).flush()
        if self.console is not None:
            colour = _COLOURS[list(self._files).index(name) % len(_COLOURS)]
            self.console.print(Text(f"{name:>9} ", style=colour) + Text(text), soft_wrap=True)

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
            file.close()
