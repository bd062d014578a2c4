"""Models saved by skops: a zip of a schema and arrays. Describing reads the schema alone."""

import json
import zipfile
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError

from fairlead_sklearn.cards import CARD_FILE, card_of, read_card, write_card
from fairlead_sklearn.predictor import TablePredictor

FILE = "model.skops"
TRUSTED = ("sklearn.", "numpy.", "scipy.", "builtins.", "collections.", "pandas.")


class SkopsAdapter:
    """scikit-learn estimators and pipelines as skops files."""

    name = "sklearn"

    def reads(self, folder: Path) -> bool:
        """A zip with a skops schema in it."""
        return (folder / FILE).is_file()

    def describe(self, folder: Path) -> ModelCard:
        """From the schema and the card beside it; skops is not imported."""
        types = _types(_schema(folder / FILE))
        foreign = sorted(each for each in types if not each.startswith(TRUSTED))
        if foreign:
            raise UnreadableArtifactError(
                f"{FILE} holds types that are not trusted: {', '.join(foreign[:5])}. Build the model of scikit-learn's,"
                " numpy's, scipy's and pandas' own types."
            )
        return read_card(folder, self.name, "data")

    def handles(self, model: object) -> bool:
        """A scikit-learn estimator, by where its class comes from."""
        return any(base.__module__.startswith("sklearn.") for base in type(model).__mro__)

    def save(self, model: object, folder: Path) -> None:
        """Write model.skops and its card. Raises: InvalidTableError when skops cannot carry the model."""
        from skops.io import dump

        try:
            dump(model, folder / FILE)
        except Exception as error:  # skops raises whatever a part of the model raises
            raise InvalidTableError(
                f"skops cannot save this model ({type(error).__name__}: {error}). Functions and lambdas inside it are"
                " the usual reason; a trusted publisher can save it as joblib."
            ) from error
        write_card(folder, card_of(model, self.name, "data"))

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Load with the trusted types alone."""
        from skops.io import get_untrusted_types, load

        try:
            asked = [each for each in get_untrusted_types(file=folder / FILE) if each.startswith(TRUSTED)]
            model: Any = load(folder / FILE, trusted=asked)
        except Exception as error:  # a damaged file raises whatever its reader meets first
            raise UnreadableArtifactError(f"{FILE} does not load: {type(error).__name__}.") from error
        return TablePredictor(model, card)


def _schema(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("schema.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise UnreadableArtifactError(f"{path.name} is no skops file, or a damaged one.") from error


def _types(schema: Any) -> set[str]:
    found, left = set[str](), [schema]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if isinstance(node.get("__module__"), str) and isinstance(node.get("__class__"), str):
                found.add(f"{node['__module__']}.{node['__class__']}")
            left += node.values()
        elif isinstance(node, list):
            left += node
    return found


__all__ = ["CARD_FILE", "FILE", "SkopsAdapter"]
