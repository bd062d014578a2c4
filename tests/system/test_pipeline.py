"""A pipeline over two frameworks and a registered model: registered, deployed and answering as one version."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from fairlead_cli.register import register
from fairlead_contracts.errors import FairleadError
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from system.installation import Fairlead, infer_body, table, wait_for
from xgboost import XGBClassifier


def fitted(folder: Path) -> tuple[Any, Any, Any, dict[str, Any]]:
    """A linear model of columns as they come, LightGBM and XGBoost of scaled ones, and the pipeline of the three."""
    data = table().drop(columns="kind")
    rows = data[["amount", "ratio"]]
    linear = LogisticRegression().fit(rows, data["bad"])
    scaled = rows.assign(amount=(rows["amount"] - 1) / 2)
    trees = XGBClassifier(n_estimators=5, max_depth=2).fit(scaled, data["bad"])
    light = LGBMClassifier(n_estimators=5, num_leaves=4, min_child_samples=5, verbose=-1).fit(scaled, data["bad"])
    trees.save_model(folder / "trees.ubj")
    light.booster_.save_model(folder / "light.txt")
    steps = {
        "linear": {"do": "model", "model": "steps-linear@1"},
        "scaled": {"do": "standardise", "columns": {"amount": {"mean": 1, "scale": 2}}},
        "trees": {"do": "model", "model": "trees.ubj"},
        "light": {"do": "model", "model": "light.txt"},
        "all": {
            "do": "combine", "of": ["linear", "trees", "light"], "how": "weighted",
            "weights": {"linear": 1, "trees": 2, "light": 1},
        },
        "sure": {"do": "calibrate", "platt": {"slope": 1.3, "intercept": -0.1}},
        "decided": {"do": "threshold", "at": 0.4},
    }  # fmt: skip
    return linear, trees, light, {"pipeline": 1, "steps": steps}


def test_a_pipeline_is_one_version_with_one_answer_and_one_receipt(fairlead: Fairlead, tmp_path: Path) -> None:
    linear, trees, light, said = fitted(tmp_path)
    (tmp_path / "pipeline.yaml").write_text(yaml.safe_dump(said, sort_keys=False))
    author, admin = fairlead.user("steps", "role:data-scientist"), fairlead.admin
    data = table().drop(columns="kind")
    with pytest.raises(FairleadError, match="steps-linear"):
        register(author, "steps", tmp_path / "pipeline.yaml", data, target="bad")
    author.seen = register(author, "steps-linear", linear, data, target="bad").sequence
    accepted = register(author, "steps", tmp_path / "pipeline.yaml", data, target="bad")
    admin.seen = accepted.sequence
    view = admin.get_version(model="steps", version=1)
    assert [each.name for each in view.signature.inputs] == ["amount", "ratio"]
    shared = {each.digest for each in admin.get_version(model="steps-linear", version=1).files}
    assert shared <= {each.digest for each in view.files}
    admin.approve_version(model="steps", version=1)
    admin.create_deployment(deployment="steps", spec={"champion": {"model": "steps", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="steps").phase in ("ready", "failed"), 60)
    deployed = admin.get_deployment(deployment="steps")
    assert deployed.phase == "ready", deployed.revisions[0].detail
    answer = admin.http.post("/v2/models/steps/infer", json=infer_body()).json()
    outputs = {each["name"]: each["data"] for each in answer["outputs"]}
    rows = data.iloc[:2].assign(amount=[0.1, 2.0], ratio=[0.5, 0.2])[["amount", "ratio"]]
    scaled = rows.assign(amount=(rows["amount"] - 1) / 2)
    mixed = linear.predict_proba(rows)[:, 1] + light.predict_proba(scaled)[:, 1]
    mixed = (mixed + 2 * trees.predict_proba(scaled)[:, 1].astype(float)) / 4
    wanted = 1 / (1 + np.exp(-(1.3 * np.log(mixed / (1 - mixed)) - 0.1)))
    assert outputs["probability"] == pytest.approx(wanted.tolist(), abs=1e-6)
    assert outputs["label"] == [str(int(each >= 0.4)) for each in wanted]
    assert answer["parameters"]["receipt"]
