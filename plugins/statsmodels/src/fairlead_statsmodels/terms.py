"""The file's form: each term's factors and coefficients, what the factors' levels are, and the link."""

import json
from pathlib import Path
from typing import Annotated, Literal

from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.values import Message
from pydantic import Field, ValidationError

FILE = "statsmodels.json"
_LIMIT = 64 << 20
Link = Literal[
    "Identity", "Log", "Logit", "Probit", "CLogLog", "LogLog", "Cauchy", "Sqrt", "InversePower", "InverseSquared",
    "Softmax",
]  # fmt: skip
RISING = frozenset(("Identity", "Log", "Logit", "Probit", "CLogLog", "LogLog", "Cauchy", "Softmax"))
"""Links that grow with the sum of the terms, so that the sum orders the predictions."""
Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=250)]


class Factor(Message):
    """A column's number, or whether it is of one level."""

    column: Name
    level: str | None = None


class Term(Message):
    """The product of its factors, times a coefficient for each score; without factors it is the constant."""

    factors: tuple[Factor, ...]
    coefficients: tuple[Finite, ...] = Field(min_length=1)


class Levels(Message):
    """The levels of a column that is a category, as texts, and what kind of values they are."""

    kind: Literal["text", "whole", "truth"]
    known: tuple[str, ...] = Field(min_length=1)


class Saved(Message):
    """A fitted model. `inputs` are the columns in order; `named` is False where they were given without names."""

    format: Literal["fairlead-statsmodels/1"] = "fairlead-statsmodels/1"
    statsmodels: Name
    model: Name
    link: Link
    inputs: tuple[Name, ...] = Field(min_length=1, max_length=10_000)
    named: bool
    classes: tuple[Name, ...] = ()
    terms: tuple[Term, ...] = Field(min_length=1)
    levels: dict[str, Levels] = Field(default_factory=dict)

    @property
    def scores(self) -> int:
        """Sums of terms a row."""
        return len(self.terms[0].coefficients)


def read(folder: Path) -> Saved:
    """The model in the folder. Raises: UnreadableArtifactError."""
    path = folder / FILE
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{FILE} is over {_LIMIT:,} bytes.")
        saved = Saved.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, ValidationError, RecursionError) as error:
        raise UnreadableArtifactError(f"{FILE} is missing, of another format, or damaged.") from error
    _check(saved)
    return saved


def _check(saved: Saved) -> None:
    several = max(1, len(saved.classes) - 1) if saved.link == "Softmax" else 1
    inputs = set(saved.inputs)
    factors = [factor for term in saved.terms for factor in term.factors]
    if (
        any(len(term.coefficients) != several for term in saved.terms)
        or len(inputs) != len(saved.inputs)
        or len(set(saved.classes)) != len(saved.classes)
        or (saved.link == "Softmax" and len(saved.classes) < 3)
        or (saved.link != "Softmax" and len(saved.classes) not in (0, 2))
        or any(factor.column not in inputs for factor in factors)
        or any((factor.level is None) is (factor.column in saved.levels) for factor in factors)
    ):
        raise UnreadableArtifactError(f"{FILE} contradicts itself; register the live results anew.")
