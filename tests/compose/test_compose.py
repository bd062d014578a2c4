"""What cannot be built here is at least parsed, and everything that it names exists."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fairlead_chassis.settings import Settings
from fairlead_cli.app import app
from fairlead_cli.up.plan import SERVICES
from typer.main import get_command

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose" / "compose.yaml").read_text())
CONTAINERFILE = (ROOT / "compose" / "Containerfile").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def test_it_runs_the_services_that_up_runs() -> None:
    always = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    assert always == {*SERVICES, "nats", "init", "streams"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_built_from_the_one_file_with_a_distribution_that_exists(name: str) -> None:
    build = OURS[name]["build"]
    folder = ROOT / "compose" / build["context"]
    assert (folder / build["dockerfile"]).resolve() == ROOT / "compose" / "Containerfile"
    assert (ROOT / "services" / build["args"]["SERVICE"] / "pyproject.toml").exists()


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_module_can_be_run(name: str) -> None:
    assert importlib.util.find_spec(f"fairlead_{name}.__main__") is not None


@pytest.mark.parametrize("name", ["init", "streams"])
def test_a_one_off_command_exists_with_its_options(name: str) -> None:
    program, command, *options = OURS[name]["command"]
    known = {option for each in get_command(app).commands[command].params for option in each.opts}  # type: ignore[attr-defined]
    assert program == "fairlead"
    assert {option for option in options if option.startswith("--")} <= known


def test_every_setting_that_is_named_exists() -> None:
    text = CONTAINERFILE + (ROOT / "compose" / "compose.yaml").read_text()
    named = set(re.findall(r"FAIRLEAD_([A-Z_]+)\b", text))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_path_that_is_copied_exists() -> None:
    for line in re.findall(r"^COPY (.+) \S+$", CONTAINERFILE, re.MULTILINE):
        for path in line.split():
            assert (ROOT / path).exists()


def test_whatever_a_service_waits_for_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
