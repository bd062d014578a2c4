"""Models that CatBoost wrote are described, scored as it scores them, and refused when bent, all without CatBoost."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_catboost import CatBoostAdapter, library
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError

MODELS = Path(__file__).with_name("models")
SAID = json.loads((MODELS / "said.json").read_text())
TABLE = {name: np.array(values, dtype=float) for name, values in SAID["table"].items()}
ADAPTER = CatBoostAdapter()


@pytest.fixture(autouse=True)
def without_catboost(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where CatBoost is not installed."""
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "catboost", None)


def placed(name: str, folder: Path) -> Path:
    (folder / "model.cbm").write_bytes((MODELS / f"{name}.cbm").read_bytes())
    return folder


def scored(folder: Path, table: Any = TABLE) -> dict[str, Any]:
    return {**ADAPTER.load(folder, ADAPTER.describe(folder)).predict(table)}


@pytest.mark.parametrize("name", SAID["outputs"])
def test_trees_over_numbers_score_as_catboost_scores_them(name: str, tmp_path: Path) -> None:
    found = scored(placed(name, tmp_path))
    for output, wanted in SAID["outputs"][name].items():
        if output == "label":
            assert found[output].tolist() == wanted
        else:
            np.testing.assert_allclose(found[output], wanted, rtol=1e-9)
    assert not hasattr(ADAPTER.load(tmp_path, ADAPTER.describe(tmp_path)), "explain")


@pytest.mark.parametrize(
    ("name", "classes", "inputs", "requirements"),
    [
        ("three", ("0", "1", "2"), ("a", "b"), ()),
        ("two", ("no", "yes"), ("a", "b"), ()),
        ("counts", (), (), ()),
        ("category", ("0", "1"), ("a", "b", "c"), ("catboost==1.2.10",)),
    ],
)
def test_the_file_says_what_the_model_is(
    name: str, classes: tuple[str, ...], inputs: tuple[str, ...], requirements: tuple[str, ...], tmp_path: Path
) -> None:
    card = ADAPTER.describe(placed(name, tmp_path))
    assert (card.classes, card.inputs, card.requirements) == (classes, inputs, requirements)
    assert (card.framework_version, card.trust) == ("1.2.10", "data")


@pytest.mark.parametrize("name", SAID["outputs"])
def test_many_rows_score_as_few(name: str, tmp_path: Path) -> None:
    few = scored(placed(name, tmp_path))
    many = scored(tmp_path, {column: np.tile(values, 100) for column, values in TABLE.items()})
    for output, values in few.items():
        if output == "label":
            assert many[output].tolist() == np.tile(values, 100).tolist()
        else:
            np.testing.assert_allclose(many[output], np.tile(values, 100), rtol=1e-12)


def test_categories_without_catboost_say_what_to_install(tmp_path: Path) -> None:
    card = ADAPTER.describe(placed("category", tmp_path))
    with pytest.raises(UnreadableArtifactError, match=r"fairlead-catboost\[categories\]"):
        ADAPTER.load(tmp_path, card)


def test_a_file_bent_at_any_place_is_refused_or_scores_rows(tmp_path: Path) -> None:
    data = (MODELS / "two.cbm").read_bytes()
    random, refused, others, renamed = np.random.default_rng(11), 0, 0, 0
    for at in random.integers(0, len(data), 600).tolist():
        bent = bytearray(data)
        bent[at] ^= int(random.integers(1, 256))
        (tmp_path / "model.cbm").write_bytes(bent)
        try:
            if ADAPTER.reads(tmp_path):
                assert all(len(values) == 12 for values in scored(tmp_path).values())
        except UnreadableArtifactError:
            refused += 1
        except InvalidTableError as error:
            others += 1
            renamed += "lacks" in error.detail  # an input has another name now
    assert refused > 50
    assert others == renamed


@pytest.mark.parametrize(
    ("place", "value"), [(4, b"\xff\xff\xff\x7f"), (8, b"\0\0\0\0"), (8, b"\xff\xff\xff\xff")], ids=["size", "0", "far"]
)
def test_a_length_or_an_offset_that_lies_is_refused(place: int, value: bytes, tmp_path: Path) -> None:
    data = bytearray((MODELS / "two.cbm").read_bytes())
    data[place : place + 4] = value
    (tmp_path / "model.cbm").write_bytes(data)
    with pytest.raises(UnreadableArtifactError, match="damaged"):
        ADAPTER.describe(tmp_path)
