"""PyTorch modules pass the conformance kit; needs torch, `tox -e torch`."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_torch import TorchAdapter

torch = pytest.importorskip("torch")
TABLE = {"a": np.linspace(-2, 2, 24), "b": np.cos(np.arange(24.0)), "n": np.arange(24) % 5}


def network(outputs: int, *names: str, **said: Any) -> Any:
    torch.manual_seed(outputs)
    module = torch.nn.Sequential(torch.nn.Linear(len(names), 8), torch.nn.ReLU(), torch.nn.Linear(8, outputs))
    for name, value in {"inputs": names, **said}.items():
        setattr(module, name, value)
    return module.eval()


def called(module: Any, table: Any) -> Any:
    names = getattr(module, "inputs", tuple(table))
    rows = torch.from_numpy(np.column_stack([table[name] for name in names]).astype(np.float32))
    with torch.inference_mode():
        return module(rows)


class TestTorch(AdapterConformance):
    """A regressor, and a classifier of three classes."""

    frameworks = ("torch",)
    loads = 60
    growth_limit = 48 << 20

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return TorchAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both exported when they are saved."""
        one, three = network(1, "a", "b", "n"), network(3, "a", "b", "n", classes=("x", "y", "z"))

        def chances(table: Any) -> Any:
            found = torch.softmax(called(three, table), dim=1).numpy()
            return {f"probability_{each}": found[:, at] for at, each in enumerate("xyz")}

        return (
            Sample("one", one, TABLE, lambda table: {"prediction": called(one, table)[:, 0].numpy()}),
            Sample("three", three, TABLE, chances),
        )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("gives", ["logits", "probabilities"])
@pytest.mark.parametrize("outputs", [1, 2])
def test_two_classes_come_as_one_score_or_two_and_scripts_are_served(outputs: int, gives: str, tmp_path: Path) -> None:
    module = network(outputs, "a", "b", classes=("no", "yes"), gives=gives)
    raw = called(module, TABLE)
    wanted = raw[:, -1] if gives == "probabilities" else (torch.sigmoid(raw) if outputs == 1 else raw.softmax(1))[:, -1]
    script = torch.jit.trace(module, torch.zeros(2, 2))
    for place, model in enumerate((module, script)):
        (folder := tmp_path / str(place)).mkdir()
        if model is script:
            model.inputs, model.classes, model.gives = module.inputs, module.classes, gives
        TorchAdapter().save(model, folder)
        card = TorchAdapter().describe(folder)
        found = TorchAdapter().load(folder, card).predict(TABLE)
        np.testing.assert_allclose(found["probability"], wanted.numpy(), rtol=1e-5)
        assert set(found["label"].tolist()) <= {"no", "yes"}
        assert card.trust == "code"


def test_columns_come_from_the_example_where_the_module_names_none(tmp_path: Path) -> None:
    module = torch.nn.Linear(3, 1)
    TorchAdapter().save_by(module, tmp_path, TABLE)
    assert TorchAdapter().describe(tmp_path).inputs == ("a", "b", "n")


class Branching(torch.nn.Module):  # type: ignore[misc]
    """What the exporter cannot follow."""

    inputs = ("a",)

    def forward(self, rows: Any) -> Any:
        return rows * 2 if float(rows.sum()) > 0 else rows


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (torch.nn.Linear(3, 1), r"Say the columns, `module\.inputs"),
        (network(3, "a", "b"), r"gives a tensor of shape \(2, 3\); with 0 classes"),
        (network(2, "a", classes=("x", "y", "z")), "with 3 classes"),
        (network(1, "a", classes="xy"), "`classes` of the module is no sequence"),
        (Branching(), "cannot be exported"),
    ],
    ids=["no columns", "several numbers", "other classes", "a text", "branches"],
)
def test_what_cannot_be_served_is_refused_when_it_is_saved(module: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        TorchAdapter().save(module, tmp_path)
    assert list(tmp_path.iterdir()) == []
