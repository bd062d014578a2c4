"""What a page tells its reader to type, taken from the page and run as it stands.

The `sh` blocks of a section are one session: one shell, in order. A command that ends in `# refused...` must fail with
exit code 1, every other one must succeed. A block after "`name`:" is that file.
"""

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORTS = ("8642", "4222", "8222")
"""The usual ports; a test takes free ones instead."""
_BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(?P<name>[\w.-]+)`:$")
_END = "@@"


@dataclass(frozen=True)
class Command:
    """One command, which may go over several lines; `expected` is its exit code."""

    text: str
    expected: int


@dataclass(frozen=True)
class Done:
    """What a command did: its exit code and all that it printed."""

    command: Command
    code: int
    output: str


def section(page: str, title: str) -> str:
    """The text under a heading of the second level."""
    text = (ROOT / page).read_text()
    return re.split(r"^## ", text.split(f"## {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def files(text: str) -> dict[str, str]:
    """The files that a text shows, by name."""
    shown = ((_FILE.search(block["before"]), block["content"]) for block in _BLOCK.finditer(text))
    return {name["name"]: content for name, content in shown if name}


def commands(text: str) -> list[Command]:
    """The commands of a text's `sh` blocks, in order."""
    blocks = [each for each in _BLOCK.finditer(text) if each["language"] == "sh" and not _FILE.search(each["before"])]
    return [command for block in blocks for command in _split(block["content"])]


def run(wanted: Sequence[Command], folder: Path, environment: Mapping[str, str], patience: float) -> list[Done]:
    """Run them in one shell; a command that fails where it should not ends the session."""
    script = "exec 2>&1\n" + "".join(_checked(each, number) for number, each in enumerate(wanted))
    try:
        shell = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=dict(environment), capture_output=True, text=True,
            timeout=patience, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        logs = "".join(f"\n{path.name}: {path.read_text()[-500:]}" for path in folder.glob("*.log"))
        raise AssertionError(f"the session hangs after:\n{(late.stdout or b'').decode()[-2000:]}{logs}") from late
    ends = re.split(rf"^{_END} (\d+) (\d+)$\n?", shell.stdout, flags=re.MULTILINE)
    return [
        Done(wanted[int(number)], int(code), output)
        for output, number, code in zip(ends[0::3], ends[1::3], ends[2::3], strict=False)
    ]


def _checked(command: Command, number: int) -> str:
    report = f"status=$?; echo; echo {_END} {number} $status; [ $status = {command.expected} ] || exit 1"
    return f"{command.text}\n{report}\n"


def _split(block: str) -> Iterator[Command]:
    lines: list[str] = []
    for line in block.splitlines():
        lines.append(line)
        text = "\n".join(lines)
        if not line.endswith("\\") and _is_whole(text):
            if any(shlex.split(text, comments=True)):
                yield Command(text, int("# refused" in text))
            lines = []
    assert not lines, f"the block ends in the middle of a command: {lines}"


def _is_whole(text: str) -> bool:
    checked = subprocess.run(["bash", "-n", "-c", text], capture_output=True, text=True, check=False)
    return checked.returncode == 0 and not checked.stderr
