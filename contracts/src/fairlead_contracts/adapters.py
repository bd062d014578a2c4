"""What a framework adapter provides: recognising, describing, saving, loading and calling a model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import Field

from fairlead_contracts.values import Message

if TYPE_CHECKING:
    import numpy as np

    Table: TypeAlias = Mapping[str, "np.ndarray[Any, Any]"]
    """Column name to 1-D array, in order: float64, int64, bool, or object of str; missing is NaN or None."""
else:
    Table: TypeAlias = Mapping[str, Any]

Datatype = Literal["FP64", "INT64", "BOOL", "BYTES"]
Task = Literal["classification", "regression"]
Trust = Literal["data", "code"]
"""`data`: reading the file runs nothing. `code`: loading it can run anything (joblib, pickle, Python)."""


class Column(Message):
    """One input or output of a model: its name and Open Inference Protocol datatype."""

    name: str = Field(min_length=1, max_length=250)
    datatype: Datatype
    categorical: bool = False


class Signature(Message):
    """What a version takes and gives, in order."""

    inputs: tuple[Column, ...] = Field(min_length=1, max_length=10_000)
    outputs: tuple[Column, ...] = Field(min_length=1, max_length=1_000)


class ModelCard(Message):
    """What the files say of a model, read without running it.

    `inputs` is empty where the format does not name them. `classes` are the labels of a classifier in the order of
    its probabilities, as text.
    """

    adapter: str
    framework: str
    framework_version: str
    task: Task
    trust: Trust
    inputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()


class Predictor(Protocol):
    """A loaded model. `predict` may be called from several threads at once."""

    def predict(self, table: Table) -> Table:
        """Score rows: columns of the signature's inputs in, columns of its outputs out, same length.

        A binary classifier gives `probability` (float64, of the last class) and `label` (object of str); one of more
        classes gives `label` and a `probability_{class}` each; a regressor gives `prediction` (float64).
        Raises: InvalidTableError when the table does not fit.
        """
        ...


@dataclass(frozen=True)
class Explanation:
    """What each input adds to each row's raw score.

    Shapes: `contributions` (rows, scores, inputs), `bias` (rows, scores), float64. There is one score a row, and with
    more than two classes one for each, in the card's order. `inputs` are the columns' names, in order.
    Units: those of the raw score, which is `bias` and the row's contributions added up: log-odds for classifiers, for
    regressors the prediction before a link function.
    """

    inputs: tuple[str, ...]
    contributions: "np.ndarray[Any, Any]"
    bias: "np.ndarray[Any, Any]"


@runtime_checkable
class Explainer(Predictor, Protocol):
    """A loaded model that can explain its scores. One that cannot has no method `explain`."""

    def explain(self, table: Table) -> Explanation:
        """Explain each row. Raises: InvalidTableError when the table does not fit."""
        ...


class Adapter(Protocol):
    """One framework. Describing never runs the model; its framework is imported only to save, load and predict."""

    @property
    def name(self) -> str:
        """A short lower-case name, unique among the installed adapters."""
        ...

    def reads(self, folder: Path) -> bool:
        """True when the files in the folder are this adapter's, by content and not only by suffix."""
        ...

    def describe(self, folder: Path) -> ModelCard:
        """Read what the files say. Raises: UnreadableArtifactError when they are damaged."""
        ...

    def handles(self, model: object) -> bool:
        """True when this live object is of the adapter's framework."""
        ...

    def save(self, model: object, folder: Path) -> None:
        """Write the model's files into an empty folder, in a data-only format where there is one."""
        ...

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Make the model ready to predict. Raises: UnreadableArtifactError when that fails."""
        ...


@runtime_checkable
class Envelope(Adapter, Protocol):
    """An adapter whose folders hold a model that another may read too, as MLflow's do: it comes first."""

    @property
    def envelope(self) -> Literal[True]:
        """True."""
        ...


@runtime_checkable
class ByExample(Adapter, Protocol):
    """An adapter whose models do not say what they give: it asks one for some rows of training data to save it."""

    def save_by(self, model: object, folder: Path, example: Table | None) -> None:
        """Save as `save` does, with what the model answers for the example's rows on the card."""
        ...


@runtime_checkable
class Gathering(Adapter, Protocol):
    """An adapter with a file that a user writes, which names a version's other files."""

    def gathers(self, path: Path) -> bool:
        """True when the file is one of those."""
        ...

    def gather(self, path: Path, folder: Path, fetch: Callable[[str, int, Path], None]) -> None:
        """Put the version's files into the empty folder; `fetch` brings those of a registered model's version.

        Raises: UnreadableArtifactError when the file is wrong, or what it names is not there.
        """
        ...


def outputs_of(card: ModelCard) -> tuple[Column, ...]:
    """The outputs that a model of this card gives, in order."""
    if card.task == "regression":
        return (Column(name="prediction", datatype="FP64"),)
    label = Column(name="label", datatype="BYTES", categorical=True)
    if len(card.classes) <= 2:
        return (Column(name="probability", datatype="FP64"), label)
    return (*(Column(name=f"probability_{each}", datatype="FP64") for each in card.classes), label)
