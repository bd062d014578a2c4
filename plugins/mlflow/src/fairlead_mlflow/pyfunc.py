"""A pyfunc, loaded by MLflow itself, which may run anything: only ever in a child worker."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from fairlead_contracts.adapters import ModelCard, Predictor, Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.tables import rows_of

Array = np.ndarray[Any, Any]


def loaded(folder: Path, card: ModelCard) -> Predictor:
    """The model. Raises: UnreadableArtifactError."""
    if find_spec("mlflow") is None:
        raise UnreadableArtifactError(
            "The model is loaded by MLflow itself, which is not installed where it runs: install mlflow there."
        )
    try:
        import mlflow.pyfunc

        return PyfuncPredictor(mlflow.pyfunc.load_model(str(folder)), card)
    except Exception as error:  # the model's own code
        raise UnreadableArtifactError(f"MLflow cannot load the model: {type(error).__name__}.") from error


class PyfuncPredictor:
    """A pyfunc that gives one number a row."""

    def __init__(self, model: Any, card: ModelCard) -> None:
        self._model, self._inputs = model, card.inputs
        self._whole = _whole(model)

    def predict(self, table: Table) -> dict[str, Array]:
        """Score rows, as the contract says."""
        import pandas as pd

        names = self._inputs or tuple(table)
        rows = rows_of(table, names)
        if rows == 0:
            return {"prediction": np.empty(0)}
        try:
            frame = pd.DataFrame({name: self._column(name, table[name]) for name in names})
            found = np.asarray(self._model.predict(frame), dtype=np.float64)
        except InvalidTableError:
            raise
        except Exception as error:  # the model's own code; its words may hold values of the request
            raise InvalidTableError(f"The pyfunc raised {type(error).__name__} for these rows.") from error
        if found.shape not in ((rows,), (rows, 1)):
            raise UnreadableArtifactError("The pyfunc gives another number of values than one a row.")
        return {"prediction": found.reshape(rows)}

    def _column(self, name: str, values: Array) -> Array:
        if values.dtype == object and not all(
            each is None or isinstance(each, str) or each != each for each in values.tolist()
        ):
            raise InvalidTableError(f"Column {name} holds an object that is no text; numbers go in float64 or int64.")
        # MLflow's `integer` is 32 bits, `float` too, and it refuses what is wider.
        narrower = self._whole.get(name)
        return values.astype(narrower) if narrower is not None and values.dtype.kind in "if" else values


def _whole(model: Any) -> dict[str, str]:
    schema = model.metadata.get_input_schema()
    if schema is None or schema.is_tensor_spec():
        return {}
    kinds = {column.name: column.type.name for column in schema.inputs}
    return {
        name: {"integer": "i4", "float": "f4"}[kind] for name, kind in kinds.items() if kind in ("integer", "float")
    }
