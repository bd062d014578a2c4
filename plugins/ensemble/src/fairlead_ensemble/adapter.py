"""A folder with `ensemble.json` and a folder for each model, every one in its own framework's form."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

from fairlead_contracts.adapters import Adapter, ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.plugins import adapters, reader_of

from fairlead_ensemble.ensemble import Ensemble
from fairlead_ensemble.plan import FILE, MODELS, Plan


class EnsembleAdapter:
    """Describes, saves and loads by the adapters of the models."""

    name = "ensemble"

    def reads(self, folder: Path) -> bool:
        """There is a plan, and a folder of models beside it."""
        return (folder / FILE).is_file() and (folder / MODELS).is_dir()

    def describe(self, folder: Path) -> ModelCard:
        """One card of all. Raises: UnreadableArtifactError when one cannot be read, or they do not go together."""
        plan = Plan.read(folder)
        return _card(plan, {name: _member(folder, name)[1] for name in plan.models})

    def handles(self, model: object) -> bool:
        """An `Ensemble`."""
        return isinstance(model, Ensemble)

    def save(self, model: object, folder: Path) -> None:
        """Save each model by its adapter. Raises: UnreadableArtifactError when one has none, or they do not fit."""
        if not isinstance(model, Ensemble):
            raise UnreadableArtifactError(f"{type(model).__name__} is no Ensemble.")
        plan = model.plan()
        if said := plan.wrong():
            raise UnreadableArtifactError(f"The ensemble is not one: {said}.")
        for name, each in model.models.items():
            place = folder / MODELS / name
            place.mkdir(parents=True)
            _handler(name, each).save(each, place)
        (folder / FILE).write_text(plan.model_dump_json(indent=2))
        self.describe(folder)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load every model. Raises: UnreadableArtifactError naming the one that does not load."""
        from fairlead_ensemble.combining import Combined

        plan = Plan.read(folder)
        members = {}
        for name in plan.models:
            adapter, its = _member(folder, name)
            if its.trust == "code" and card.trust != "code":
                raise UnreadableArtifactError(f"Model {name} can run code, and the ensemble was registered as data.")
            try:
                members[name] = (adapter.load(folder / MODELS / name, its), its)
            except UnreadableArtifactError as error:
                raise UnreadableArtifactError(f"Model {name}: {error.detail}") from error
        return Combined(plan, card, members)


def _member(folder: Path, name: str) -> tuple[Adapter, ModelCard]:
    place = folder / MODELS / name
    try:
        adapter = reader_of(place, _others())
        return adapter, adapter.describe(place)
    except UnreadableArtifactError as error:
        raise UnreadableArtifactError(f"Model {name}: {error.detail}") from error


@cache
def _others() -> dict[str, Adapter]:
    return {name: each for name, each in adapters().items() if name != EnsembleAdapter.name}


def _handler(name: str, model: object) -> Adapter:
    for each in _others().values():
        if each.handles(model):
            return each
    raise UnreadableArtifactError(f"No installed adapter handles model {name}, a {type(model).__name__}.")


def _card(plan: Plan, cards: dict[str, ModelCard]) -> ModelCard:
    first = next(iter(cards.values()))
    for name, each in cards.items():
        if (each.task, each.classes) != (first.task, first.classes):
            raise UnreadableArtifactError(f"Model {name} has another task, or other classes, than {plan.models[0]}.")
        if bool(each.inputs) != bool(first.inputs):
            raise UnreadableArtifactError(f"Model {name} names its inputs, or does not, unlike {plan.models[0]}.")
    if plan.how == "vote" and first.task != "classification":
        raise UnreadableArtifactError("Only classifiers vote; predictions have a mean.")
    inputs = dict.fromkeys(each for card in cards.values() for each in card.inputs)
    if plan.how == "switch" and plan.by is not None and inputs:
        inputs.setdefault(plan.by)
    return ModelCard(
        adapter=EnsembleAdapter.name, framework="ensemble", framework_version=version("fairlead-ensemble"),
        task=first.task, trust="code" if any(each.trust == "code" for each in cards.values()) else "data",
        inputs=tuple(inputs), classes=first.classes,
        requirements=tuple(sorted({each for card in cards.values() for each in card.requirements})),
    )  # fmt: skip
