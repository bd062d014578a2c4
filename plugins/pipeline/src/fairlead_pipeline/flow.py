"""Which step reads and gives what, checked without running one: the pipeline's inputs, and its last answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NoReturn

from fairlead_contracts.adapters import ModelCard, outputs_of
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_pipeline.plan import Plan
from fairlead_pipeline.steps import (
    Calibrate,
    Cast,
    Clip,
    Combine,
    Copy,
    Fill,
    Kind,
    Limit,
    Model,
    OneHot,
    Post,
    Relabel,
    Rename,
    Round,
    Select,
    Standardise,
    Transform,
)


@dataclass(frozen=True)
class Answer:
    """What a step answers: as a card says it."""

    task: str
    classes: tuple[str, ...]


@dataclass
class Flow:
    """A pipeline as its steps fit together. `cards`: of its models, by step.

    Raises: UnreadableArtifactError naming the first step that does not fit, and why.
    """

    plan: Plan
    cards: Mapping[str, ModelCard]
    inputs: dict[str, Kind | None] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """The answer that each post-processing step takes."""
    read: set[str] = field(default_factory=set)
    """The steps whose outputs are columns of a later one."""
    _columns: dict[str, Kind | None] = field(default_factory=dict)
    _gone: dict[str, str] = field(default_factory=dict)
    _closed: str | None = None
    _used: set[str] = field(default_factory=set)
    _step: str = ""

    def __post_init__(self) -> None:
        self.inputs.update(self.plan.inputs)
        self._columns.update(self.plan.inputs)
        for name, step in self.plan.steps.items():
            self._step = name
            if isinstance(step, Model | Combine | Post):
                self._answering(step)
            else:
                self._transform(step)
        if self._step not in self.answers:
            self._refuse("is the last and gives no answer: a pipeline ends with a model, or what is made of its answer")
        for name in self.answers:
            if name != self._step and name not in self._used:
                self._step = name
                self._refuse("gives an answer that no later step takes")

    def _refuse(self, why: str) -> NoReturn:
        raise UnreadableArtifactError(f"Step {self._step} {why}.")

    def _read(self, column: str, kind: Kind | None = None) -> Kind | None:
        if column not in self._columns:
            self._require_from_request(column)
            self.inputs[column] = self._columns[column] = kind
        found = self._columns[column]
        if kind is not None and found is not None and kind != found:
            self._refuse(f"takes {column} as a {kind}, and it is a {found}")
        owner = column.partition(".")[0]
        if owner in self.answers and column not in self.inputs:
            self._used.add(owner)
            self.read.add(owner)
        return found

    def _require_from_request(self, column: str) -> None:
        owner = column.partition(".")[0]
        if column in self._gone:
            self._refuse(f"takes {column}, which step {self._gone[column]} renamed")
        if owner in self.answers and "." in column:
            self._refuse(f"takes {column}, and step {owner} gives no such output")
        if owner in self.plan.steps and "." in column:
            self._refuse(f"takes {column}, and step {owner} does not come before it")
        if self._closed is not None:
            self._refuse(f"takes {column}, which step {self._closed} did not select")
        if self.plan.inputs:
            self._refuse(f"takes {column}, which is neither among the inputs nor given by a step before it")

    def _give(self, column: str, kind: Kind | None) -> None:
        self._columns[column] = kind
        self._gone.pop(column, None)

    def _transform(self, step: Transform) -> None:
        match step:
            case Rename() | Copy() | Select():
                self._rearranged(step)
            case Fill():
                self._filled(step)
            case Cast():
                for column, kind in step.columns.items():
                    self._read(column)
                    self._give(column, kind)
            case OneHot():
                for column in step.columns:
                    self._read(column)
                for each in (f"{column}_{name}" for column, names in step.columns.items() for name in names):
                    self._give(each, "number")
            case Standardise() | Clip():
                for column in step.columns:
                    self._read(column, "number")

    def _filled(self, step: Fill) -> None:
        for column, value in step.values.items():
            self._read(column, "text" if isinstance(value, str) else "number")

    def _rearranged(self, step: Rename | Copy | Select) -> None:
        match step:
            case Select():
                self._columns = {column: self._read(column) for column in step.columns}
                self._closed = self._step
                return
            case Rename():
                kinds = {new: self._read(old) for old, new in step.columns.items()}
                if len(kinds) < len(step.columns):
                    self._refuse("gives two columns one name")
                for old in step.columns:
                    self._columns.pop(old)
                    self._gone[old] = self._step
            case Copy():
                kinds = {new: self._read(old) for new, old in step.columns.items()}
        for new, kind in kinds.items():
            self._give(new, kind)

    def _answering(self, step: Model | Combine | Post) -> None:
        match step:
            case Model():
                card = self.cards[self._step]
                for column in columns_of(self._step, step, card).values():
                    self._read(column)
                answer = Answer(card.task, card.classes)
            case Combine():
                answer = self._combined(step)
            case _:
                answer = self._processed(step)
        self.answers[self._step] = answer
        for output in outputs_of(card_of(answer)):
            self._give(f"{self._step}.{output.name}", "text" if output.datatype == "BYTES" else "number")

    def _combined(self, step: Combine) -> Answer:
        found = [self._answer(name) for name in step.of]
        for name, each in zip(step.of, found, strict=True):
            if each != found[0]:
                self._refuse(f"combines {name} with {step.of[0]}, which has another task or other classes")
        if step.how == "vote" and found[0].task != "classification":
            self._refuse("counts votes, and only classifiers vote; predictions have a mean")
        if step.by is not None:
            self._read(step.by)
        return found[0]

    def _processed(self, step: Post) -> Answer:
        before = list(takewhile(lambda name: name != self._step, self.plan.steps))
        source = step.of or next((each for each in reversed(before) if each in self.answers), None)
        if source is None:
            self._refuse("needs an answer, and no step before it gives one")
        answer = self._answer(source)
        self.sources[self._step] = source
        if isinstance(step, Limit | Round):
            if answer.task != "regression":
                self._refuse(f"takes a prediction, and {source} classifies")
            return answer
        if answer.task != "classification":
            self._refuse(f"takes a classifier's answer, and {source} predicts a number")
        if isinstance(step, Relabel):
            return Answer(answer.task, self._relabelled(step, answer.classes))
        if len(answer.classes) > 2:
            what = "calibrates" if isinstance(step, Calibrate) else "decides by"
            self._refuse(f"{what} one probability, and {source} has {len(answer.classes)} classes")
        return answer

    def _relabelled(self, step: Relabel, classes: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [each for each in step.labels if each not in classes]:
            self._refuse(f"names {unknown[0]}, which is no class; there are {', '.join(classes[:10])}")
        new = tuple(step.labels.get(each, each) for each in classes)
        if len(set(new)) < len(new):
            self._refuse("gives two classes one name")
        return new

    def _answer(self, name: str) -> Answer:
        if name not in self.answers:
            known = name in self.plan.steps
            self._refuse(f"takes the answer of {name}, which {'gives none before it' if known else 'is no step'}")
        self._used.add(name)
        return self.answers[name]


def columns_of(name: str, step: Model, card: ModelCard) -> dict[str, str]:
    """The model's inputs, in its order, each with the column of the pipeline that it takes. Raises: as `Flow`."""
    if isinstance(step.inputs, dict):
        unknown = [each for each in step.inputs if card.inputs and each not in card.inputs]
        if unknown:
            raise UnreadableArtifactError(f"Step {name} has a model without an input {unknown[0]}.")
        return {each: step.inputs.get(each, each) for each in card.inputs or step.inputs}
    if step.inputs and card.inputs:
        if len(step.inputs) != len(card.inputs):
            raise UnreadableArtifactError(
                f"Step {name} gives {len(step.inputs)} inputs to a model that takes {len(card.inputs)}."
            )
        return dict(zip(card.inputs, step.inputs, strict=True))
    if not step.inputs and not card.inputs:
        raise UnreadableArtifactError(f"Step {name} has a model that does not name its inputs: list them in `inputs`.")
    return {each: each for each in step.inputs or card.inputs}


def card_of(answer: Answer, **said: object) -> ModelCard:
    """A card with this answer's outputs."""
    more = {"adapter": "pipeline", "framework": "pipeline", "framework_version": "", "trust": "data", **said}
    return ModelCard.model_validate({"task": answer.task, "classes": answer.classes, **more})
