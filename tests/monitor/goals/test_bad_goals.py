"""Goals that make no sense are refused at the place that is wrong, and nothing is declared."""

from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import ForbiddenError, InvalidRequestError, NotFoundError, RefusedError
from fairlead_contracts.operations.goals import LIST_GOALS, REMOVE_GOAL, SET_GOAL
from fairlead_contracts.operations.metrics import DECLARE_METRIC, REMOVE_METRIC
from monitor.goals.world import AT

FAST = {"kind": "latency", "under_ms": 50, "share": "0.999"}
AUC = {"kind": "accuracy", "metric": "auc", "at_least": "0.68"}
MISSING = {"kind": "missing", "feature": "amount", "at_most": "0.1"}
APPROVED = {"kind": "custom", "metric": "approved", "at_least": 100}


@pytest.mark.parametrize(
    ("goal", "pointer"),
    [
        ({"name": "g", "objective": AUC | {"metric": "mae"}}, "/goal/objective/metric"),
        ({"name": "g", "objective": AUC | {"metric": "auk"}}, "/goal/objective/metric"),
        ({"name": "g", "objective": AUC | {"at_most": "0.1"}}, "/goal/objective"),
        ({"name": "g", "objective": {"kind": "accuracy", "metric": "auc"}}, "/goal/objective"),
        ({"name": "g", "objective": APPROVED | {"metric": "nobody-declared"}}, "/goal/objective/metric"),
        ({"name": "g", "objective": {"kind": "drift", "features": ["amount", "age"]}}, "/goal/objective/features/1"),
        ({"name": "g", "objective": MISSING | {"feature": "age"}}, "/goal/objective/feature"),
        ({"name": "g", "objective": FAST | {"share": 1}}, "/goal/objective/share"),
        ({"name": "g", "objective": FAST | {"share": "NaN"}}, "/goal/objective/share"),
        ({"name": "g", "objective": FAST | {"under_ms": "soon"}}, "/goal/objective/under_ms"),
        ({"name": "g", "objective": {"kind": "happiness"}}, "/goal/objective"),
        ({"name": "G!", "objective": FAST}, "/goal/name"),
        ({"name": "g", "objective": FAST, "action": "panic"}, "/goal/action"),
        ({"name": "g", "objective": FAST, "action": "scale"}, "/goal"),
        ({"name": "g", "objective": FAST, "scale": {"min_replicas": 1, "max_replicas": 2}}, "/goal"),
        ({"name": "g", "objective": FAST, "action": "scale", "scale": {"min_replicas": 3, "max_replicas": 2}},
         "/goal/scale"),
        ({"name": "g", "objective": AUC, "action": "scale", "scale": {"min_replicas": 1, "max_replicas": 2}}, "/goal"),
    ],
)  # fmt: skip
async def test_it_is_refused_at_its_place(monitor: Copy, goal: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await monitor.ask(SET_GOAL, **AT, goal=goal)
    assert [error.pointer for error in caught.value.errors] == [pointer]
    assert (await monitor.ask(LIST_GOALS, **AT)).items == ()


async def test_two_goals_that_no_value_can_meet_are_refused_by_the_name_of_the_other(monitor: Copy) -> None:
    await monitor.ask(SET_GOAL, **AT, goal={"name": "good", "objective": AUC})
    worse = {"kind": "accuracy", "metric": "auc", "at_most": "0.5", "by": "month"}
    with pytest.raises(InvalidRequestError, match="good"):
        await monitor.ask(SET_GOAL, **AT, goal={"name": "bad", "objective": worse})
    await monitor.ask(SET_GOAL, **AT, goal={"name": "good", "objective": worse})


async def test_bounds_of_scaling_that_do_not_meet_are_refused(monitor: Copy) -> None:
    def scaling(name: str, low: int, high: int) -> dict[str, Any]:
        bounds = {"min_replicas": low, "max_replicas": high}
        return {"name": name, "objective": FAST, "action": "scale", "scale": bounds}

    await monitor.ask(SET_GOAL, **AT, goal=scaling("small", 1, 2))
    with pytest.raises(InvalidRequestError, match="small"):
        await monitor.ask(SET_GOAL, **AT, goal=scaling("large", 3, 4))
    await monitor.ask(SET_GOAL, **AT, goal=scaling("medium", 2, 4))


async def test_a_metric_that_a_goal_stands_on_stays(monitor: Copy) -> None:
    await monitor.ask(DECLARE_METRIC, **AT, metric="approved", aggregation="sum")
    await monitor.ask(SET_GOAL, **AT, goal={"name": "volume", "objective": APPROVED})
    with pytest.raises(RefusedError, match="volume"):
        await monitor.ask(REMOVE_METRIC, **AT, metric="approved")
    await monitor.ask(REMOVE_GOAL, **AT, name="volume")
    await monitor.ask(REMOVE_METRIC, **AT, metric="approved")
    with pytest.raises(InvalidRequestError, match="approved"):
        await monitor.ask(SET_GOAL, **AT, goal={"name": "volume", "objective": APPROVED})


async def test_what_is_not_there_is_not_found(monitor: Copy) -> None:
    for asked in ({**AT, "name": "none"}, {"project": "default", "deployment": "none", "name": "none"}):
        with pytest.raises(NotFoundError):
            await monitor.ask(REMOVE_GOAL, **asked)


async def test_who_may_not_change_a_deployment_may_not_do_it_through_a_goal(monitor: Copy, access: Copy) -> None:
    from fairlead_contracts.operations.access import CREATE_BINDING, CREATE_USER

    await access.ask(CREATE_USER, principal="user:dana")
    binding = await access.ask(CREATE_BINDING, project="default", principal="user:dana", role="role:data-scientist")
    sent: dict[str, Any] = {**AT, "who": "user:dana", "at_least": binding.sequence}
    with pytest.raises(ForbiddenError, match="deployment:update"):
        await monitor.ask(SET_GOAL, **sent, goal={"name": "g", "objective": AUC, "action": "roll-back"})
    await monitor.ask(SET_GOAL, **sent, goal={"name": "g", "objective": AUC, "action": "ask-approval"})
