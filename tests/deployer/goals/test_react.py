"""What a missed goal asks of the deployer: from scratch each time, once, and never a seesaw."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated, Spec, VersionRef
from fairlead_contracts.objectives import Errors, Goal, ScaleBounds
from fairlead_deployer.goals.react import Ask, Back, Scale, Situation, held, react
from fairlead_deployer.goals.view import Asked, Made, Standing
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
BOUNDS = ScaleBounds(min_replicas=2, max_replicas=6)


def revision(number: int, version: int, replicas: int = 2) -> RevisionCreated:
    return RevisionCreated(
        project="default", deployment="d", revision=number, reason="",
        spec=Spec(champion=VersionRef(model="m", version=version), replicas=replicas),
        champion=ResolvedVersion(model="m", version=version, digest="sha256:" + "0" * 64),
    )  # fmt: skip


def standing(
    action: Any, status: Any = "failing", on: int = 2, *, name: str = "g", since: timedelta = timedelta(hours=1)
) -> Standing:
    goal = Goal(name=name, objective=Errors(at_most=0.01), action=action, scale=BOUNDS if action == "scale" else None)
    return Standing(goal=goal, status=status, alert=100, since=NOW - since, revision=on)


def situation(*goals: Standing, versions: tuple[int, ...] = (1, 2), **other: Any) -> Situation:
    """Revisions 1, 2, ... of these versions, all served, the last one now."""
    revisions = [revision(number, version) for number, version in enumerate(versions, 1)]
    fields: dict[str, Any] = {
        "newest": revisions[-1], "made": Made(50, NOW - timedelta(hours=1)), "serves": True, "completed": revisions,
        "blamed": frozenset(), "goals": goals, "asked": {}, "now": NOW,
    }  # fmt: skip
    return Situation(**{**fields, **other})


def test_a_missed_goal_goes_back_to_what_served_before() -> None:
    found = react(situation(standing("roll-back"), blamed=frozenset([2])))
    assert isinstance(found, Back)
    assert found.to == 1


@pytest.mark.parametrize("status", ["passing", "at risk", "unknown"])
def test_a_goal_that_is_not_missed_asks_for_nothing(status: str) -> None:
    assert react(situation(standing("roll-back", status), standing("ask-approval", status))) is None


def test_an_alert_about_an_earlier_revision_was_answered_by_the_newer_one() -> None:
    assert react(situation(standing("roll-back", on=1))) is None


def test_while_a_rollout_is_under_way_nothing_is_added_to_it() -> None:
    assert react(situation(standing("roll-back"), serves=False)) is None


def test_it_never_goes_back_to_a_champion_that_missed_a_goal_too() -> None:
    both_bad = situation(standing("roll-back", on=3), versions=(1, 2, 1), blamed=frozenset([2, 3]))
    assert react(both_bad) is None
    third = situation(standing("roll-back", on=4), versions=(3, 1, 2, 1), blamed=frozenset([3, 4]))
    found = react(third)
    assert isinstance(found, Back)
    assert found.to == 1


def test_another_number_of_replicas_of_the_same_version_is_nowhere_to_go_back_to() -> None:
    assert react(situation(standing("roll-back"), versions=(2, 2), blamed=frozenset([2]))) is None


def test_people_are_asked_once_for_an_alert_and_what_they_approved_is_done() -> None:
    missed = standing("ask-approval")
    asked = {"g": Asked(alert=100, revision=2, back_to=1, approved=None)}
    approved = {"g": Asked(alert=100, revision=2, back_to=1, approved=True)}
    declined = {"g": Asked(alert=100, revision=2, back_to=1, approved=False)}
    earlier = {"g": Asked(alert=90, revision=2, back_to=1, approved=False)}
    assert react(situation(missed)) == Ask(1, missed)
    assert react(situation(missed, asked=asked)) is None
    assert react(situation(missed, asked=approved)) == Back(1, missed)
    assert react(situation(missed, asked=declined)) is None
    assert react(situation(missed, asked=earlier)) == Ask(1, missed)


@pytest.mark.parametrize(
    ("replicas", "status", "age", "since", "expected"),
    [
        (2, "failing", 10, 10, 3), (4, "failing", 10, 10, 6), (5, "failing", 10, 10, 6), (6, "failing", 10, 10, None),
        (2, "failing", 4, 60, None), (1, "passing", 1, 1, 2), (3, "passing", 40, 40, 2), (3, "passing", 40, 20, None),
        (3, "passing", 20, 40, None), (2, "passing", 40, 40, None), (3, "unknown", 40, 40, None),
        (0, "failing", 9, 9, None),
    ],
)  # fmt: skip
def test_it_scales_within_its_bounds_one_step_at_a_time(
    replicas: int, status: str, age: int, since: int, expected: int | None
) -> None:
    goal = standing("scale", status, since=timedelta(minutes=since))
    made = Made(50, NOW - timedelta(minutes=age))
    found = react(situation(goal, newest=revision(2, 2, replicas), made=made))
    assert (found.replicas if isinstance(found, Scale) else None) == expected


@given(st.integers(1, 8), st.sampled_from(["failing", "passing", "at risk", "unknown"]), st.integers(0, 90))
def test_it_never_leaves_its_bounds(replicas: int, status: str, minutes: int) -> None:
    ago = timedelta(minutes=minutes)
    found = react(
        situation(standing("scale", status, since=ago), newest=revision(2, 2, replicas), made=Made(50, NOW - ago))
    )
    assert found is None or (isinstance(found, Scale) and 2 <= found.replicas <= max(6, replicas))


def test_what_rolled_out_before_the_alert_waits_and_what_came_after_it_goes_on() -> None:
    hold = standing("hold", on=1)
    assert held(situation(hold, serves=False, made=Made(99, NOW))) == hold
    assert held(situation(hold, serves=False, made=Made(101, NOW))) is None
    assert held(situation(hold, serves=True)) == hold
    assert held(situation(standing("hold", "passing"), serves=False)) is None
