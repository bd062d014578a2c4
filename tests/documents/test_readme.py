"""The README, typed by a newcomer: every command as it stands, in order, against a real installation."""

import re

import pytest
from documents.conftest import Reader
from documents.sessions import ROOT, commands, files, section
from fairlead_cli.app import app
from system.processes import of_home
from typer.main import get_command

README = "README.md"
PAGES = (README, *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))


@pytest.mark.timeout(240)
def test_your_own_fairlead_from_up_to_down(reader: Reader) -> None:
    text = section(README, "Your own")
    for name, content in files(text).items():
        (reader.folder / name).write_text(content)
    typed = commands(text)
    up = next(number for number, each in enumerate(typed) if each.text.startswith("fairlead up"))
    reader.leave_running(typed[: up + 1])
    done = reader.type(typed[up + 1 :])

    [refused] = [each for each in done if each.command.expected]
    assert "role:author" in refused.output
    said = {each.command.text.split("  ")[0]: each.output for each in done}
    assert '"phase": "ready"' in said["fairlead deployment get tumours"]
    assert '"proven": true' in said['fairlead trace "$RECEIPT"']
    assert "all as signed" in said["fairlead audit verify"]
    assert "fl_" in next(output for command, output in said.items() if command.startswith("cat "))
    assert "ended" in said["fairlead down"]
    assert reader.terminals[0].wait(10) == 0
    assert of_home(reader.home) == []


def test_the_two_commands_are_those_that_ci_runs() -> None:
    [first, second] = commands(section(README, "Two commands"))
    set_up, demo = first.text.rsplit(" && ", 1)
    ci = (ROOT / ".ci" / "run").read_text()
    assert set_up in ci
    assert second.text in ci
    assert demo == ".uv/bin/uv run fairlead demo"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_the_running_text_is_one(page: str) -> None:
    known = get_command(app)
    for words in re.findall(r"`fairlead ([a-z][a-z -]*)", (ROOT / page).read_text()):
        first, *rest = words.split()
        command = known.commands[first]  # type: ignore[attr-defined]
        if rest and not rest[0].startswith("-") and hasattr(command, "commands"):
            assert rest[0] in command.commands, words
