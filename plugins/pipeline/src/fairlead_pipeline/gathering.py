"""From the file that a user wrote to a version's folder: the models that it names, brought to their steps."""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.plugins import placed

from fairlead_pipeline.plan import FILE, STEPS, Plan
from fairlead_pipeline.steps import Model

_BEGIN = re.compile(rb"""^\s*(\{\s*)?(["']?)pipeline\2\s*:""", re.MULTILINE)
_REGISTERED = re.compile(r"(?P<model>[^/:@]{1,250})@(?P<version>[1-9][0-9]{0,8})")
_SUFFIXES = (".yaml", ".yml", ".json")


def began(path: Path) -> Path:
    """The pipeline's file: the path itself, or `pipeline.yaml` in the folder that it is."""
    return path / "pipeline.yaml" if path.is_dir() else path


def is_pipeline(path: Path) -> bool:
    """A YAML or JSON file with the field `pipeline` near its beginning."""
    if path.suffix not in _SUFFIXES or not path.is_file():
        return False
    with path.open("rb") as file:
        return _BEGIN.search(file.read(4096)) is not None


def gathered(
    path: Path, folder: Path, installed: Mapping[str, Adapter], fetch: Callable[[str, int, Path], None]
) -> None:
    """Write the plan into the folder, and each model into its step's. Raises: UnreadableArtifactError."""
    plan = Plan.written(path)
    for name, step in plan.steps.items():
        if isinstance(step, Model):
            place = folder / STEPS / name
            place.mkdir(parents=True)
            if said := _REGISTERED.fullmatch(step.model):
                fetch(said["model"], int(said["version"]), place)
            else:
                _brought(name, path.parent / step.model, place, installed)
    (folder / FILE).write_text(plan.text())


def _brought(name: str, path: Path, place: Path, installed: Mapping[str, Adapter]) -> None:
    if path.is_dir():
        shutil.copytree(path, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    elif not path.is_file():
        raise UnreadableArtifactError(f"Step {name}: there is no file or folder {path}, and it is no NAME@VERSION.")
    elif not placed(path, place, installed):
        raise UnreadableArtifactError(f"Step {name}: no installed adapter reads {path.name}.")
