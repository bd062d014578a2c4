"""A folder with `pipeline.json`, and in `steps/` a folder for each model, every one in its own framework's form."""

import os
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from fairlead_contracts.adapters import Adapter, ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.plugins import adapters, reader_of

from fairlead_pipeline.flow import Flow, card_of, columns_of
from fairlead_pipeline.gathering import began, gathered, is_pipeline
from fairlead_pipeline.live import Pipeline
from fairlead_pipeline.plan import FILE, STEPS, Plan
from fairlead_pipeline.steps import Model


class PipelineAdapter:
    """Describes, saves and loads the models by their own adapters."""

    name = "pipeline"

    def reads(self, folder: Path) -> bool:
        """There is a pipeline's file, as JSON."""
        return (folder / FILE).is_file() and is_pipeline(folder / FILE)

    def describe(self, folder: Path) -> ModelCard:
        """One card of all. Raises: UnreadableArtifactError naming the step that cannot be read or does not fit."""
        return self._described(folder)[1]

    def handles(self, model: object) -> bool:
        """A `Pipeline`."""
        return isinstance(model, Pipeline)

    def save(self, model: object, folder: Path) -> None:
        """Save each model by its adapter. Raises: UnreadableArtifactError when one has none, or steps do not fit."""
        if not isinstance(model, Pipeline):
            raise UnreadableArtifactError(f"{type(model).__name__} is no Pipeline.")
        plan, models = model.plan()
        for name, each in models.items():
            place = folder / STEPS / name
            place.mkdir(parents=True)
            _handler(name, each).save(each, place)
        (folder / FILE).write_text(plan.text())
        self.describe(folder)

    def gathers(self, path: Path) -> bool:
        """A file, YAML or JSON, that begins a pipeline; or a folder with such a `pipeline.yaml`."""
        return is_pipeline(began(path))

    def gather(self, path: Path, folder: Path, fetch: Callable[[str, int, Path], None]) -> None:
        """Bring the pipeline and its models into the folder. Raises: UnreadableArtifactError naming the step."""
        gathered(began(path), folder, _others(), fetch)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load every model. Raises: UnreadableArtifactError naming the step whose model does not load."""
        from fairlead_pipeline.predictor import Part, loaded

        flow, found = self._described(folder)
        if found.trust == "code" and card.trust != "code":
            raise UnreadableArtifactError("A model of the pipeline can run code, and it was registered as data.")
        parts = {}
        for name, step in flow.plan.steps.items():
            if isinstance(step, Model):
                adapter, its = _member(folder, name)
                try:
                    predictor = adapter.load(folder / STEPS / name, its)
                except UnreadableArtifactError as error:
                    raise UnreadableArtifactError(f"Step {name}: {error.detail}") from error
                columns = columns_of(name, step, its)
                parts[name] = Part(predictor, columns)
                if len(flow.plan.steps) == 1 and its.inputs == found.inputs == tuple(columns.values()):
                    # Nothing is done around the model: its own fast path stays as fast.
                    return predictor
        return loaded(flow, parts)

    def _described(self, folder: Path) -> tuple[Flow, ModelCard]:
        plan = Plan.read(folder)
        models = [name for name, step in plan.steps.items() if isinstance(step, Model)]
        _require_no_others(folder, models)
        cards = {name: _member(folder, name)[1] for name in models}
        flow = Flow(plan, cards)
        return flow, card_of(
            flow.answers[next(reversed(plan.steps))], inputs=tuple(flow.inputs),
            framework_version=version("fairlead-pipeline"),
            trust="code" if any(each.trust == "code" for each in cards.values()) else "data",
            requirements=tuple(sorted({each for card in cards.values() for each in card.requirements})),
        )  # fmt: skip


def _require_no_others(folder: Path, models: list[str]) -> None:
    place = folder / STEPS
    present = sorted(os.listdir(place)) if place.is_dir() else []
    if unknown := [each for each in present if each not in models]:
        raise UnreadableArtifactError(f"There are files for a model {unknown[0][:63]}, which is no step.")


def _member(folder: Path, name: str) -> tuple[Adapter, ModelCard]:
    place = folder / STEPS / name
    try:
        adapter = reader_of(place, _others())
        return adapter, adapter.describe(place)
    except UnreadableArtifactError as error:
        raise UnreadableArtifactError(f"Step {name}: {error.detail}") from error


@cache
def _others() -> dict[str, Adapter]:
    return {name: each for name, each in adapters().items() if name != PipelineAdapter.name}


def _handler(name: str, model: object) -> Adapter:
    for each in _others().values():
        if each.handles(model):
            return each
    raise UnreadableArtifactError(f"Step {name}: no installed adapter handles a {type(model).__name__}.")
