"""What `ensemble.json` says: which models there are, and how their answers become one."""

import re
from pathlib import Path
from typing import Literal

from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.values import Message
from pydantic import Field, ValidationError

FILE, MODELS = "ensemble.json", "models"
How = Literal["mean", "weighted", "vote", "switch"]
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Plan(Message):
    """How to combine. `weights`: by model. `by`: the input that a switch looks at, `cases`: its value to a model."""

    models: tuple[str, ...] = Field(min_length=1, max_length=50)
    how: How = "mean"
    weights: dict[str, float] = Field(default_factory=dict)
    by: str | None = None
    cases: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None

    @classmethod
    def read(cls, folder: Path) -> "Plan":
        """The plan in a folder. Raises: UnreadableArtifactError saying what is wrong with it."""
        try:
            plan = cls.model_validate_json((folder / FILE).read_bytes())
        except (OSError, ValidationError) as error:
            wrong = error.errors()[0] if isinstance(error, ValidationError) else None
            place = f" at {'/'.join(map(str, wrong['loc']))}: {wrong['msg']}" if wrong else ""
            raise UnreadableArtifactError(f"{FILE} is not a plan of an ensemble{place}.") from None
        if said := plan.wrong():
            raise UnreadableArtifactError(f"{FILE}: {said}.")
        return plan

    def wrong(self) -> str:
        """What does not go together in it; empty when all does."""
        if len(set(self.models)) != len(self.models) or not all(map(_NAME.fullmatch, self.models)):
            return "models need different names of small letters, digits, - and _"
        if self.how == "weighted":
            known = set(self.weights) == set(self.models)
            if not known or min(self.weights.values()) < 0 or not 0 < sum(self.weights.values()) < float("inf"):
                return "weights must name every model, be finite and not negative, and not all 0"
        if self.how == "switch":
            named = {*self.cases.values(), *([self.otherwise] if self.otherwise else [])}
            if self.by is None or not self.cases or not named <= set(self.models):
                return "a switch needs `by`, an input, and `cases` that lead from its values to models"
        return ""
