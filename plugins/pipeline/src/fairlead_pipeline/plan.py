"""What a pipeline's file says, read strictly: one clear answer for what it cannot mean."""

import json
import re
from pathlib import Path
from typing import Any, Literal

from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.values import Message
from pydantic import Field, ValidationError

from fairlead_pipeline.steps import Kind, Name, Step

FILE, STEPS = "pipeline.json", "steps"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_LIMIT = 4 << 20


class Plan(Message):
    """A pipeline. `inputs`: what requests bring; none: what the steps take and no step gives. `steps`: in order."""

    pipeline: Literal[1]
    inputs: dict[Name, Kind] = Field(default_factory=dict)
    steps: dict[str, Step] = Field(min_length=1, max_length=100)

    @classmethod
    def read(cls, folder: Path) -> "Plan":
        """The plan in a version's folder. Raises: UnreadableArtifactError saying what is wrong with it."""
        try:
            data = (folder / FILE).read_bytes()
        except OSError as error:
            raise UnreadableArtifactError(f"{FILE} cannot be read.") from error
        return cls.of(data, FILE)

    @classmethod
    def written(cls, path: Path) -> "Plan":
        """The plan in a file that a user wrote, YAML or JSON. Raises: UnreadableArtifactError."""
        from fairlead_pipeline.yaml_file import loaded

        return cls.said(loaded(path), path.name)

    @classmethod
    def said(cls, said: object, where: str) -> "Plan":
        """The plan of plain values. Raises: UnreadableArtifactError."""
        try:
            return cls.of(json.dumps(said).encode(), where)
        except (TypeError, ValueError) as error:
            raise UnreadableArtifactError(f"{where} holds a value that is no text, number, list or mapping.") from error

    @classmethod
    def of(cls, data: bytes, where: str) -> "Plan":
        """The plan of JSON. Raises: UnreadableArtifactError naming the step and the field at fault."""
        if len(data) > _LIMIT:
            raise UnreadableArtifactError(f"{where} is over {_LIMIT:,} bytes.")
        try:
            plan = cls.model_validate_json(data)
        except ValidationError as error:
            raise UnreadableArtifactError(f"{where} is no pipeline: {_told(error.errors()[0])}") from None
        for name in plan.steps:
            if not _NAME.fullmatch(name):
                raise UnreadableArtifactError(
                    f"{where}: step names are up to 63 small letters, digits, - and _; one of them is not."
                )
        return plan

    def text(self) -> str:
        """The plan as a version's folder holds it."""
        return self.model_dump_json(indent=1)


def _told(wrong: Any) -> str:
    place = [str(each) for each in wrong["loc"]]
    if place[:1] == ["steps"] and len(place) > 1:
        rest = "/".join(place[3:])
        return f"step {place[1][:63]}{f', {rest}' if rest else ''}: {wrong['msg']}."
    return f"{'/'.join(place)}: {wrong['msg']}." if place else f"{wrong['msg']}."
