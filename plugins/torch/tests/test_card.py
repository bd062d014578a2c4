"""Describing a program reads torch.json alone, and believes nothing that contradicts itself; all without torch."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_torch import TorchAdapter

ADAPTER = TorchAdapter()
SAID: dict[str, Any] = {
    "format": "fairlead-torch/1", "torch": "2.13.0+cpu", "file": "model.pt2", "width": 2, "inputs": ["a", "b"],
    "classes": ["no", "yes"], "gives": "logits",
}  # fmt: skip


def placed(folder: Path, program: bytes = b"PK\x03\x04", **changes: Any) -> Path:
    (folder / "model.pt2").write_bytes(program)
    (folder / "torch.json").write_text(json.dumps({**SAID, **changes}))
    return folder


def test_the_card_is_that_of_code(tmp_path: Path) -> None:
    card = ADAPTER.describe(placed(tmp_path))
    assert (card.trust, card.classes, card.inputs, card.requirements) == (
        "code", ("no", "yes"), ("a", "b"), ("torch==2.13.0",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "x"}, {"file": "../model.pt2"}, {"file": "model.pt"}, {"width": 0}, {"width": 3},
        {"inputs": ["a", "a"]}, {"classes": ["no"]}, {"classes": ["no", "no"]}, {"gives": "wishes"},
        {"program": b"\x80\x04N."}, {"trust": "data"},
    ],
    ids=str,
)  # fmt: skip
def test_a_card_that_contradicts_itself_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    placed(tmp_path, **changes)
    assert not ADAPTER.reads(tmp_path)
    with pytest.raises(UnreadableArtifactError):
        ADAPTER.describe(tmp_path)


def test_without_torch_loading_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "fairlead_torch.predictor", raising=False)
    with pytest.raises(UnreadableArtifactError, match="torch is not installed"):
        ADAPTER.load(placed(tmp_path), ADAPTER.describe(tmp_path))
