"""Keras models pass the conformance kit; needs Keras with TensorFlow, `tox -e keras`."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_keras import KerasAdapter

pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
NUMBERS = {"a": np.linspace(-2, 2, 24), "b": np.cos(np.arange(24.0)), "n": np.arange(24) % 5}
MIXED = {"age": np.linspace(20, 60, 24), "kind": np.array(["x", "y", "z"] * 8, dtype=object)}


def network(width: int, units: int, ends: str = "linear", **said: Any) -> Any:
    keras.utils.set_random_seed(units)
    layers = [keras.Input((width,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(units, ends)]
    model = keras.Sequential(layers)
    for name, value in said.items():
        setattr(model, name, value)
    return model


def mixed() -> Any:
    """A functional model with an input for each column, one of them of texts, that ends with a softmax layer."""
    keras.utils.set_random_seed(3)
    age, kind = keras.Input((1,), name="age"), keras.Input((1,), name="kind", dtype="string")
    looked = keras.layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(kind)
    joined = keras.layers.Concatenate()([keras.layers.Rescaling(0.02)(age), looked])
    return keras.Model([age, kind], keras.layers.Softmax()(keras.layers.Dense(3)(joined)))


def called(model: Any, table: Any) -> Any:
    rows = np.column_stack([*table.values()]).astype(np.float32)
    if np.isnan(rows).any():
        raise ValueError("no answer for missing values")
    return np.asarray(model(rows, training=False), dtype=float)


class Conformance(AdapterConformance):
    """What both pairs of samples share."""

    frameworks = ("keras", "tensorflow")
    loads = 30
    growth_limit = 96 << 20
    slower_by = 0.003

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return KerasAdapter()


class TestNumbers(Conformance):
    """A regressor, and a classifier of two named classes that gives logits; one matrix each."""

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Columns by their order, and by name."""
        one = network(3, 1, columns=("a", "b", "n"))
        two = network(3, 1, classes=("no", "yes"), columns=("a", "b", "n"))
        return (
            Sample("one", one, NUMBERS, lambda table: {"prediction": called(one, table)[:, 0]}),
            Sample("two", two, NUMBERS, lambda table: {"probability": 1 / (1 + np.exp(-called(two, table)[:, 0]))}),
        )


class TestClasses(Conformance):
    """Three numbered classes from texts and numbers; two from a sigmoid."""

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Without a word beside the archive."""
        three, two = mixed(), network(3, 1, "sigmoid")

        def chances(table: Any) -> Any:
            import tensorflow

            if np.isnan(table["age"]).any():
                raise ValueError("no answer for missing values")
            given = [
                tensorflow.constant(table["age"].astype(np.float32)[:, None]),
                tensorflow.constant([[each or ""] for each in table["kind"]], shape=(len(table["kind"]), 1)),
            ]
            found = np.asarray(three(given, training=False), dtype=float)
            return {f"probability_{at}": found[:, at] for at in range(3)}

        return (
            Sample("three", three, MIXED, chances),
            Sample("two", two, NUMBERS, lambda table: {"probability": called(two, table)[:, 0]}),
        )


def test_columns_come_from_the_example_where_the_model_names_none(tmp_path: Path) -> None:
    KerasAdapter().save_by(network(3, 1), tmp_path, NUMBERS)
    assert KerasAdapter().describe(tmp_path).inputs == ("a", "b", "n")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: network(3, 3), "gives 3 numbers a row, and has 0 classes"),
        (lambda: network(3, 2, classes=("x", "y", "z")), "has 3 classes"),
        (lambda: network(3, 1, classes="xy"), "`classes` of the model is no sequence"),
        (lambda: network(3, 1, columns=("a",)), "names 1 inputs"),
        (lambda: keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x), keras.layers.Dense(1)]),
         "a Lambda, which is no part of Keras"),
        (lambda: keras.Sequential([keras.Input((2,)), Own(1)]), "a Own, which is no part of Keras"),
        (lambda: keras.Sequential([keras.Input((2, 2)), keras.layers.Flatten(), keras.layers.Dense(1)]), "takes"),
    ],
    ids=["several numbers", "other classes", "a text", "columns", "lambda", "own layer", "pictures"],
)  # fmt: skip
def test_what_cannot_be_served_is_refused_when_it_is_saved(model: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        KerasAdapter().save(model(), tmp_path)
    assert list(tmp_path.iterdir()) == []


class Own(keras.layers.Dense):  # type: ignore[misc,name-defined]
    """A layer that no other process knows."""
