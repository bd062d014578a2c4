"""A pipeline of live objects: fitted models and transformers of any frameworks, and steps as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from fairlead_pipeline.plan import Plan
from fairlead_pipeline.steps import Combine, Kind, Model, Post, Transform

_DATA = (*get_args(Transform), Combine, *get_args(Post))


@dataclass(frozen=True)
class Live:
    """A fitted model with the columns that it takes, where it does not name them or they are called otherwise.

    `inputs`: a list, in the model's order, or the model's name of each to the pipeline's column.
    """

    model: Any
    inputs: Sequence[str] | Mapping[str, str] = ()


@dataclass
class Pipeline:
    """Steps by name, in order, to be registered as one version.

    A step is data (`Fill`, `Standardise`, `Combine`, `Threshold`...), a fitted model of a framework with an adapter
    (`Live(model, inputs)` where it does not name its columns), or a fitted scikit-learn StandardScaler, MinMaxScaler,
    SimpleImputer, OneHotEncoder or IsotonicRegression, which is written as data. `inputs`: what requests bring, each
    "number" or "text"; none: what the steps take and no step gives.
    """

    steps: Mapping[str, Any]
    inputs: Mapping[str, Kind] = field(default_factory=dict)

    def plan(self) -> tuple[Plan, dict[str, Any]]:
        """The plan, and its models by step. Raises: UnreadableArtifactError."""
        from fairlead_pipeline.fitted import as_step

        steps, models = {}, {}
        for name, each in self.steps.items():
            step = each if isinstance(each, _DATA) else as_step(str(name), each)
            if step is None:
                live = each if isinstance(each, Live) else Live(each)
                models[str(name)] = live.model
                inputs = dict(live.inputs) if isinstance(live.inputs, Mapping) else tuple(live.inputs)
                step = Model(model=str(name), inputs=inputs)
            steps[str(name)] = step.model_dump(mode="json")
        return Plan.said({"pipeline": 1, "inputs": dict(self.inputs), "steps": steps}, "The pipeline"), models
