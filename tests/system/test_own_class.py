"""A model of one's own class: refused from a publisher whom nobody trusts, served from a child worker for others."""

import numpy as np
import psutil
import pytest
from fairlead_cli.register import register
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import ForbiddenError
from system.installation import Fairlead, infer_body, table, wait_for


def clipped(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0.05, 0.95)


class Scorecard:
    """Points by amount, as a credit officer would write them down; it has no answer below what was trained on."""

    classes = ("False", "True")

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def predict(self, table: Table) -> dict[str, np.ndarray]:
        if (table["amount"] > 1e6).any():
            raise ValueError("an amount that nobody has")
        return {"probability": clipped(table["amount"] / self.limit)}


def test_a_class_of_ones_own_is_served_when_its_publisher_is_trusted(fairlead: Fairlead) -> None:
    admin, data, model = fairlead.admin, table().drop(columns="kind"), Scorecard(4.0)
    stranger = fairlead.user("stranger", "role:data-scientist")
    with pytest.raises(ForbiddenError, match=r"can run code.*role:trusted-publisher"):
        register(stranger, "scorecard", model, data, target="bad")
    assert admin.list_versions(model="scorecard").items == ()

    known = fairlead.user("known", "role:trusted-publisher")
    register(known, "scorecard", model, data, target="bad")
    admin.seen = known.seen
    card = admin.get_version(model="scorecard", version=1).card
    assert (card.adapter, card.trust, card.inputs) == ("python", "code", tuple(data.drop(columns="bad").columns))
    admin.approve_version(model="scorecard", version=1)
    admin.create_deployment(deployment="scorecard", spec={"champion": {"model": "scorecard", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="scorecard").phase in ("ready", "failed"), 40)
    view = admin.get_deployment(deployment="scorecard")
    assert view.phase == "ready", view.revisions[0].detail

    body = infer_body()
    answer = admin.http.post("/v2/models/scorecard/infer", json=body).json()
    amounts = np.array(body["inputs"][0]["data"], dtype=float)
    outputs = {each["name"]: each["data"] for each in answer["outputs"]}
    assert outputs["probability"] == pytest.approx(clipped(amounts / 4.0).tolist())
    assert len(psutil.Process(view.replicas[0].pid).children()) == 1
    body["inputs"][0]["data"] = [1e7] * len(amounts)
    refused = admin.http.post("/v2/models/scorecard/infer", json=body)
    assert refused.status_code == 422
    assert "raised ValueError in predict, line" in refused.text
    assert "nobody has" not in refused.text
