"""An ensemble of live models, to be registered as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairlead_ensemble.plan import How, Plan


@dataclass
class Ensemble:
    """Live models by name, each of a framework with an adapter, and how their answers become one.

    `how`: `mean` of probabilities or predictions, `weighted` mean, `vote` of classifiers, or `switch`, where the value
    of input `by` says which model answers, `cases` by value and `otherwise` for all others.
    """

    models: Mapping[str, Any]
    how: How = "mean"
    weights: Mapping[str, float] = field(default_factory=dict)
    by: str | None = None
    cases: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None

    def plan(self) -> Plan:
        """The plan without the models."""
        return Plan(
            models=tuple(self.models), how=self.how, weights=dict(self.weights), by=self.by, cases=dict(self.cases),
            otherwise=self.otherwise,
        )  # fmt: skip
