"""What the author gives: a fitted model, a table, and how the bare library scores it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlead_contracts.adapters import ModelCard, Table

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-6
_ROWS = 8
_KINDS = {"f": np.float64, "i": np.int64, "b": np.bool_, "O": object}


@dataclass(frozen=True)
class Sample:
    """A fitted model and what must come out of it.

    `table`: at least 8 rows without missing values, in the columns and the order that the model was fitted with.
    `reference`: the library's own call, with nothing of the adapter in it: from a table to the outputs that the
    contract names (`probability`, `label`, `probability_{class}`, `prediction`), or to some of them.
    `contributions`: the library's own explanation, where it has one: from a table to (rows, scores, inputs + 1), the
    bias last, or to what can be shaped so.
    """

    name: str
    model: object
    table: Table
    reference: Callable[[Table], Mapping[str, Any]]
    contributions: Callable[[Table], Any] | None = None


@dataclass(frozen=True)
class Saved:
    """A sample whose model the adapter has saved."""

    sample: Sample
    folder: Path
    card: ModelCard

    @property
    def files(self) -> list[Path]:
        """Every file of the model."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


def checked(sample: Sample) -> Sample:
    """The sample, when its table is one that an adapter can be given."""
    for name, values in sample.table.items():
        kind = _KINDS.get(values.dtype.kind)
        if values.ndim != 1 or kind is None or values.dtype != kind:
            pytest.fail(f"{sample.name}: column {name} must be 1-D float64, int64, bool, or object of str")
        if len(values) < _ROWS:
            pytest.fail(f"{sample.name}: give at least {_ROWS} rows")
    return sample


def expected(sample: Sample, table: Table) -> dict[str, Array]:
    """What the library itself says of a table."""
    return {name: np.asarray(values) for name, values in sample.reference(table).items()}


def rows(table: Table, chosen: slice) -> dict[str, Array]:
    """Some rows of a table."""
    return {name: values[chosen] for name, values in table.items()}


def same(found: Table, wanted: Table, where: str) -> None:
    """Fail unless every wanted column is found, with numbers within 1e-6 and texts equal."""
    for name, values in wanted.items():
        if name not in found:
            pytest.fail(f"{where}: the output {name} is missing; there are {', '.join(found)}")
        if found[name].dtype != object:
            np.testing.assert_allclose(
                found[name], values.reshape(-1), rtol=TOLERANCE, atol=TOLERANCE, err_msg=f"{where}: {name}"
            )
        elif found[name].tolist() != [str(each) for each in values.tolist()]:
            pytest.fail(f"{where}: {name} differs from the library's own")


def identical(found: Table, wanted: Table, where: str) -> None:
    """Fail unless the two tables are the same, bit for bit."""
    if list(found) != list(wanted):
        pytest.fail(f"{where}: the outputs are {list(found)}, not {list(wanted)}")
    for name, values in wanted.items():
        if values.dtype != found[name].dtype or _bits(values) != _bits(found[name]):
            pytest.fail(f"{where}: {name} is not the same twice")


def _bits(values: Array) -> object:
    return values.tolist() if values.dtype == object else values.tobytes()
