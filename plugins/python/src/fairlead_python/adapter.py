"""Any object with `predict(table)`: its class goes along by value, so loading runs code, in a child worker alone."""

import platform
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor, Table
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_python.card import has_card, read_card, write_card
from fairlead_python.own import is_own

FILE = "model.pkl"
_PICKLES = tuple(bytes((0x80, protocol)) for protocol in range(4, 6))
_SHOWN = 300


class PythonAdapter:
    """Objects of a class that their author wrote, and that is part of no installed package."""

    name = "python"

    def reads(self, folder: Path) -> bool:
        """A pickle and this adapter's card beside it; the pickle is not looked into."""
        try:
            with (folder / FILE).open("rb") as file:
                return file.read(2) in _PICKLES and has_card(folder)
        except OSError:
            return False

    def describe(self, folder: Path) -> ModelCard:
        """From the card alone. Raises: UnreadableArtifactError."""
        return read_card(folder)

    def handles(self, model: object) -> bool:
        """A class with a method `predict` that, like all that it inherits, comes from no installed package."""
        return is_own(type(model)) and callable(getattr(model, "predict", None))

    def save(self, model: object, folder: Path) -> None:
        """Save by what the class says of itself. Raises: UnreadableArtifactError when it cannot be pickled."""
        self.save_by(model, folder, None)

    def save_by(self, model: object, folder: Path, example: Table | None) -> None:
        """Save, and learn the card from what the model answers for the example.

        Raises: UnreadableArtifactError when it cannot be pickled, or gives no predictions for the example.
        """
        from fairlead_python.learning import card_of
        from fairlead_python.pickling import pickled, unpickled

        data, requirements = pickled(model)
        card = card_of(unpickled(data), example, requirements)
        (folder / FILE).write_bytes(data)
        write_card(folder, card)

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Unpickle, which may run anything: only ever called in a child worker. Raises: UnreadableArtifactError."""
        from fairlead_python.predictor import PlainPredictor

        _require_this_python(card.framework_version)
        return PlainPredictor(_loaded(folder), card)


def _loaded(folder: Path) -> Any:
    from fairlead_python.pickling import unpickled

    try:
        model = unpickled((folder / FILE).read_bytes())
        if not callable(getattr(model, "predict", None)):
            raise TypeError("it has no method predict")
    except ModuleNotFoundError as error:
        raise UnreadableArtifactError(
            f"The model imports {error.name}, which is not installed where it runs: install it beside the runtime, or"
            " import it at the top of the model's own module, so that a module of yours is saved with the class."
        ) from error
    except Exception as error:  # a pickle, and the classes in it, can raise anything
        said = "".join(each if each.isprintable() else " " for each in str(error))[:_SHOWN]
        raise UnreadableArtifactError(f"{FILE} does not load: {type(error).__name__}: {said}") from error
    return model


def _require_this_python(version: str) -> None:
    # The bytecode of one minor version is no program for another.
    here = platform.python_version()
    if version.split(".")[:2] != here.split(".")[:2]:
        raise UnreadableArtifactError(
            f"The model was saved with Python {version}, and this is Python {here}: register it with the minor version"
            " that serves it."
        )
