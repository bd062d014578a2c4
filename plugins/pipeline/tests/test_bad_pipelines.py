"""Pipelines that cannot be: one clear answer each, which names the step."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_pipeline import Pipeline
from fairlead_pipeline.plan import Plan
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import OneHotEncoder, PowerTransformer, StandardScaler
from xgboost import XGBClassifier

ADAPTER = adapters()["pipeline"]
DATA = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) % 7})
LABEL = (np.arange(40) % 3 > 0).astype(int)
MODEL = {"do": "model", "model": "trees.ubj"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of models, as a user has them."""
    folder = tmp_path_factory.mktemp("models")
    XGBClassifier(n_estimators=2).fit(DATA, LABEL).save_model(folder / "trees.ubj")
    XGBClassifier(n_estimators=2).fit(DATA, np.arange(40) % 3).save_model(folder / "three.ubj")
    XGBClassifier(n_estimators=2).fit(DATA.to_numpy(), LABEL).save_model(folder / "nameless.ubj")
    (folder / "notes.txt").write_text("no model")
    return folder


def fetched(name: str, version: int, folder: Path) -> None:
    """No model is registered."""
    raise UnreadableArtifactError(f"no {name} version {version}")


def gathered(models: Path, folder: Path, said: str) -> None:
    path = models / "pipeline.yaml"
    path.write_text(said)
    ADAPTER.gather(path, folder, fetched)  # type: ignore[attr-defined]
    ADAPTER.describe(folder)


STEPS: list[tuple[str, dict[str, Any]]] = [
    ("step x: Input tag 'median'", {"x": {"do": "median"}}),
    ("step x, at: Input should be less than or equal to 1", {"m": MODEL, "x": {"do": "threshold", "at": 2}}),
    ("step x, scales: Extra", {"x": {"do": "standardise", "columns": {"a": {"mean": 0, "scale": 1}}, "scales": 1}}),
    ("scale must not be 0", {"x": {"do": "standardise", "columns": {"a": {"mean": 0, "scale": 0}}}}),
    ("bounds of a are not in order", {"x": {"do": "clip", "columns": {"a": [2, 1]}}}),
    ("categories of a are not all different", {"x": {"do": "one-hot", "columns": {"a": ["1", "1"]}}}),
    ("either `platt` or `isotonic`", {"m": MODEL, "x": {"do": "calibrate"}}),
    ("must rise", {"m": MODEL, "x": {"do": "calibrate", "isotonic": {"at": [0, 0], "gives": [0, 1]}}}),
    ("must be probabilities", {"m": MODEL, "x": {"do": "calibrate", "isotonic": {"at": [0, 1], "gives": [0, 2]}}}),
    ("differ in length", {"m": MODEL, "x": {"do": "calibrate", "isotonic": {"at": [0, 1, 2], "gives": [0, 1]}}}),
    ("`weights` must name every step", {
        "m": MODEL, "n": MODEL, "x": {"do": "combine", "of": ["m", "n"], "how": "weighted", "weights": {"m": 1}}}),
    ("not all 0", {"m": MODEL, "x": {"do": "combine", "of": ["m"], "how": "weighted", "weights": {"m": 0}}}),
    ("only there", {"m": MODEL, "x": {"do": "combine", "of": ["m"], "weights": {"m": 1}}}),
    ("needs `by`", {"m": MODEL, "x": {"do": "combine", "of": ["m"], "how": "switch"}}),
    ("`of` names a step twice", {"m": MODEL, "x": {"do": "combine", "of": ["m", "m"]}}),
    ("does not name", {
        "m": MODEL, "x": {"do": "combine", "of": ["m"], "how": "switch", "by": "a", "cases": {"1": "absent"}}}),
    ("step names are", {"Big Name": MODEL}),
    ("Step x is the last and gives no answer", {"m": MODEL, "x": {"do": "select", "columns": ["a"]}}),
    ("Step m gives an answer that no later step takes", {"m": MODEL, "n": MODEL}),
    ("Step x takes the answer of later, which gives none before it", {
        "x": {"do": "combine", "of": ["later"]}, "later": MODEL}),
    ("Step x takes the answer of gone, which is no step", {"x": {"do": "combine", "of": ["gone"]}}),
    ("Step x needs an answer", {"x": {"do": "threshold", "at": 0.5}}),
    ("Step m takes n.probability, and step n does not come before it", {
        "m": {**MODEL, "inputs": {"a": "n.probability"}}, "n": {**MODEL, "inputs": {"a": "m.probability"}}}),
    ("Step n takes m.chance, and step m gives no such output", {
        "m": MODEL, "n": {**MODEL, "inputs": {"a": "m.chance"}}}),
    ("Step m takes a, which step x renamed", {"x": {"do": "rename", "columns": {"a": "c"}}, "m": MODEL}),
    ("Step m takes b, which step x did not select", {"x": {"do": "select", "columns": ["a"]}, "m": MODEL}),
    ("Step x gives two columns one name", {"x": {"do": "rename", "columns": {"a": "c", "b": "c"}}, "m": MODEL}),
    ("Step x takes c as a number, and it is a text", {
        "t": {"do": "cast", "columns": {"c": "text"}}, "x": {"do": "clip", "columns": {"c": [0, 1]}}, "m": MODEL}),
    ("Step m has a model without an input c", {"m": {**MODEL, "inputs": {"c": "a"}}}),
    ("Step m gives 1 inputs to a model that takes 2", {"m": {**MODEL, "inputs": ["a"]}}),
    ("Step m has a model that does not name its inputs", {"m": {"do": "model", "model": "nameless.ubj"}}),
    ("Step x combines n with m, which has another task or other classes", {
        "m": MODEL, "n": {"do": "model", "model": "three.ubj"}, "x": {"do": "combine", "of": ["m", "n"]}}),
    ("Step x decides by one probability, and m has 3 classes", {
        "m": {"do": "model", "model": "three.ubj"}, "x": {"do": "threshold", "at": 0.5}}),
    ("Step x takes a prediction, and m classifies", {"m": MODEL, "x": {"do": "round"}}),
    ("Step x names 7, which is no class", {"m": MODEL, "x": {"do": "relabel", "labels": {"7": "yes"}}}),
    ("Step x gives two classes one name", {"m": MODEL, "x": {"do": "relabel", "labels": {"0": "1"}}}),
    ("Step m: there is no file or folder", {"m": {"do": "model", "model": "gone.ubj"}}),
    ("Step m: no installed adapter reads notes.txt", {"m": {"do": "model", "model": "notes.txt"}}),
    ("no loans version 3", {"m": {"do": "model", "model": "loans@3"}}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "steps"), STEPS, ids=[why for why, _ in STEPS])
def test_steps_that_do_not_fit_are_refused_by_name(models: Path, tmp_path: Path, why: str, steps: Any) -> None:
    with pytest.raises(UnreadableArtifactError) as caught:
        gathered(models, tmp_path, json.dumps({"pipeline": 1, "steps": steps}))
    assert why in caught.value.detail


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("Input should be 1", "pipeline: 2\nsteps: {m: {do: model, model: trees.ubj}}"),
        ("Field required", "pipeline: 1"),
        ("m is there twice", "pipeline: 1\nsteps:\n  m: {do: model, model: trees.ubj}\n  m: {do: round}"),
        ("aliases are not taken", "pipeline: 1\na: &x [1]\nb: [*x, *x]"),
        ("line 2 is no YAML", "pipeline: 1\nsteps: !!python/object:os.system {}"),
        ("no text, number", "pipeline: 1\nsteps: 2020-01-01"),
        ("neither among the inputs", "pipeline: 1\ninputs: {a: number}\nsteps: {m: {do: model, model: trees.ubj}}"),
        ("is no pipeline", "pipeline: 1\nsteps: {}"),
        ("is no YAML", "pipeline: 1\nsteps: {m: "),
    ],
)
def test_files_that_say_no_pipeline_are_refused(models: Path, tmp_path: Path, why: str, said: str) -> None:
    with pytest.raises(UnreadableArtifactError) as caught:
        gathered(models, tmp_path, said)
    assert why in caught.value.detail


def test_a_file_and_its_models_become_one_folder(models: Path, tmp_path: Path) -> None:
    def copied(name: str, version: int, folder: Path) -> None:
        assert (name, version) == ("loans", 3)
        (folder / "model.ubj").write_bytes((models / "trees.ubj").read_bytes())

    path = models / "loans.yaml"
    named = {"do": "model", "model": "nameless.ubj", "inputs": ["b", "a"]}
    steps = {"m": {**MODEL, "model": "loans@3"}, "n": named, "x": {"do": "combine", "of": ["m", "n"]}}
    path.write_text(yaml.safe_dump({"pipeline": 1, "steps": steps}, sort_keys=False))
    assert ADAPTER.gathers(path)  # type: ignore[attr-defined]
    ADAPTER.gather(path, tmp_path, copied)  # type: ignore[attr-defined]
    assert ADAPTER.describe(tmp_path).inputs == ("a", "b")
    assert json.loads((tmp_path / "pipeline.json").read_text())["steps"]["m"]["model"] == "loans@3"


def test_a_missing_a_foreign_and_an_extra_model_are_named(models: Path, tmp_path: Path) -> None:
    gathered(models, tmp_path, yaml.safe_dump({"pipeline": 1, "steps": {"m": MODEL}}))
    (tmp_path / "steps" / "other").mkdir()
    with pytest.raises(UnreadableArtifactError, match="a model other, which is no step"):
        ADAPTER.describe(tmp_path)
    (tmp_path / "steps" / "other").rmdir()
    (tmp_path / "steps" / "m" / "model.ubj").rename(tmp_path / "elsewhere")
    with pytest.raises(UnreadableArtifactError, match="Step m: No installed adapter"):
        ADAPTER.describe(tmp_path)


@pytest.mark.parametrize(
    ("why", "step"),
    [
        ("a PowerTransformer is no step of its own", PowerTransformer().fit(DATA)),
        ("named columns", StandardScaler().fit(DATA.to_numpy())),
        ("handle_unknown", OneHotEncoder().fit(DATA)),
        ("no installed adapter handles a dict", {}),
    ],
)
def test_live_objects_that_are_no_step_are_refused_by_name(tmp_path: Path, why: str, step: Any) -> None:
    with pytest.raises(UnreadableArtifactError, match=why):
        ADAPTER.save(Pipeline({"first": step, "line": LinearRegression().fit(DATA, LABEL)}), tmp_path)


def test_a_model_that_became_code_since_it_was_registered_is_not_loaded(tmp_path: Path) -> None:
    class Own:
        inputs = ("a",)

        def predict(self, table: Any) -> Any:
            return table["a"]

    ADAPTER.save(Pipeline({"own": Own()}), tmp_path)
    card = ADAPTER.describe(tmp_path).model_copy(update={"trust": "data"})
    with pytest.raises(UnreadableArtifactError, match="registered as data"):
        ADAPTER.load(tmp_path, card)


def test_the_documented_pipeline_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "serving.md").read_text()
    (tmp_path / "pipeline.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    steps = Plan.written(tmp_path / "pipeline.yaml").steps
    table = page.partition("| `do` |")[2].partition("\n\n")[0]
    assert all(f"`{step.do}`" in table for step in steps.values())
    assert len(steps) == 8
