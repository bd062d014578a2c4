"""Models of two frameworks registered, deployed and answering as one version, with one receipt."""

import pytest
from fairlead_cli.register import register
from fairlead_ensemble import Ensemble
from system.installation import Fairlead, infer_body, simple_model, wait_for
from xgboost import XGBClassifier


def test_an_ensemble_is_one_version_with_one_answer_and_one_receipt(fairlead: Fairlead) -> None:
    linear, data = simple_model()
    trees = XGBClassifier(n_estimators=5, max_depth=2).fit(data[["amount", "ratio"]], data["bad"])
    author, admin = fairlead.user("together", "role:data-scientist"), fairlead.admin
    model = Ensemble({"linear": linear, "trees": trees}, "weighted", {"linear": 1, "trees": 3})
    admin.seen = register(author, "together", model, data, target="bad").sequence
    admin.approve_version(model="together", version=1)
    admin.create_deployment(deployment="together", spec={"champion": {"model": "together", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="together").phase in ("ready", "failed"), 60)
    view = admin.get_deployment(deployment="together")
    assert view.phase == "ready", view.revisions[0].detail
    answer = admin.http.post("/v2/models/together/infer", json=infer_body()).json()
    outputs = {each["name"]: each["data"] for each in answer["outputs"]}
    rows = data.iloc[:2].assign(amount=[0.1, 2.0], ratio=[0.5, 0.2])[["amount", "ratio"]]
    wanted = (linear.predict_proba(rows)[:, 1] + 3 * trees.predict_proba(rows)[:, 1]) / 4
    assert outputs["probability"] == pytest.approx(wanted.tolist(), abs=1e-6)
    assert answer["parameters"]["receipt"]
