"""What a channel is told, and when: grouping, quiet hours, what is said again, and that it is resolved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fairlead_contracts.channels import Channel, QuietHours
from fairlead_contracts.notifiers import Event
from fairlead_monitor.notify.compose import Composed, Told, compose, is_quiet, message

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def channel(**more: Any) -> Channel:
    return Channel(name="ops", notifier="webhook", **more)


def event(sequence: int, status: str = "open", severity: str = "critical", **more: Any) -> Event:
    fields = {"kind": "goal", "incident": "goal/fast", "deployment": "loans", "time": NOON, "detail": "12 of 400"}
    title = f"loans: goal fast is {status}"
    return Event(**{**fields, "title": title, "sequence": sequence, "status": status, "severity": severity, **more})


def said(to: Channel, *new: Event, told: tuple[Told, ...] = (), after: timedelta = MINUTE) -> Composed | None:
    return compose(to, 0, new, told, NOON + after)


def numbers(composed: Composed | None) -> list[int]:
    return [each.sequence for each in composed.events] if composed else []


def test_what_comes_within_the_window_is_one_message() -> None:
    events = [event(1), event(2, incident="goal/sharp", time=NOON + 20 * SECOND)]
    assert said(channel(group_seconds=30), *events, after=29 * SECOND) is None
    assert numbers(said(channel(group_seconds=30), *events, after=30 * SECOND)) == [1, 2]


@pytest.mark.parametrize(("at_least", "told"), [("critical", []), ("warning", [1]), ("info", [1])])
def test_what_is_less_severe_is_passed_over_and_not_kept_waiting(at_least: str, told: list[int]) -> None:
    composed = said(channel(min_severity=at_least), event(1, severity="warning"))
    assert composed is not None
    assert (numbers(composed), composed.cursor) == (told, 1)


def test_only_the_deployments_of_the_channel_are_told_of() -> None:
    assert numbers(said(channel(deployments=("churn",)), event(1), event(2, deployment="churn"))) == [2]


def test_whoever_was_told_of_a_trouble_is_told_of_its_end_and_nobody_else() -> None:
    told = (Told(event(1), NOON),)
    end = event(2, "resolved", "info")
    composed = said(channel(min_severity="critical"), end, told=told)
    assert composed is not None
    assert (numbers(composed), composed.told) == ([2], ())
    assert numbers(said(channel(), end)) == []


def test_a_channel_that_wants_no_ends_is_not_reminded_of_what_ended() -> None:
    composed = said(channel(resolved=False), event(2, "resolved", "info"), told=(Told(event(1), NOON),))
    assert composed is not None
    assert (composed.events, composed.told) == ((), ())


def test_a_trouble_that_came_and_went_within_the_window_is_told_whole() -> None:
    composed = said(channel(), event(1), event(2, "resolved", "info"))
    assert composed is not None
    assert (numbers(composed), composed.told) == ([1, 2], ())


def test_a_trouble_that_became_less_severe_is_told_to_whoever_knows_of_it() -> None:
    told = (Told(event(1), NOON),)
    assert numbers(said(channel(min_severity="critical"), event(2, severity="warning"), told=told)) == [2]


def test_what_is_not_resolved_is_said_again_and_again_and_once_each_time() -> None:
    told = (Told(event(1), NOON),)
    to = channel(resend_minutes=60)
    assert said(to, told=told, after=59 * MINUTE) is None
    again = said(to, told=told, after=HOUR)
    assert again is not None
    assert (numbers(again), again.reminder) == ([1], True)
    assert said(to, told=again.told, after=HOUR + 59 * MINUTE) is None
    assert numbers(said(to, told=again.told, after=2 * HOUR)) == [1]
    assert said(channel(resend_minutes=0), told=told, after=99 * HOUR) is None


QUIET = QuietHours(start="22:00", end="07:00", zone="Europe/Zurich")


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-03-02T21:00:00Z", True), ("2026-03-02T20:59:59Z", False), ("2026-03-03T05:59:59Z", True),
        ("2026-03-03T06:00:00Z", False), ("2026-07-03T05:00:00Z", False), ("2026-07-03T04:59:00Z", True),
    ],
)  # fmt: skip
def test_quiet_hours_go_by_the_clocks_of_their_zone_and_over_midnight(moment: str, quiet: bool) -> None:
    assert is_quiet(QUIET, datetime.fromisoformat(moment)) == quiet


def test_quiet_hours_hold_back_what_is_not_critical_until_they_end() -> None:
    to, warning = channel(quiet=QUIET), event(1, severity="warning")
    assert said(to, warning, after=12 * HOUR) is None
    assert numbers(said(to, warning, after=18 * HOUR)) == [1]
    assert numbers(said(to, event(1), after=12 * HOUR)) == [1]
    assert said(channel(quiet=QUIET.model_copy(update={"critical_too": True})), event(1), after=12 * HOUR) is None


def test_a_reminder_waits_for_the_morning_too() -> None:
    told = (Told(event(1, severity="warning"), NOON),)
    assert said(channel(quiet=QUIET), told=told, after=12 * HOUR) is None
    assert numbers(said(channel(quiet=QUIET), told=told, after=18 * HOUR)) == [1]


def test_what_is_over_a_day_old_is_told_only_while_it_is_not_resolved() -> None:
    other = event(2, incident="goal/sharp")
    gone = event(3, "resolved", "info", incident="goal/sharp")
    assert numbers(said(channel(), event(1), other, gone, after=25 * HOUR)) == [1]


def test_the_same_said_again_has_the_same_id_and_anything_else_another() -> None:
    composed, more = said(channel(), event(1)), said(channel(), event(1), event(2, incident="goal/sharp"))
    assert composed is not None
    assert more is not None
    first = message("default", channel(), composed, NOON, None)
    assert message("default", channel(), composed, NOON + MINUTE, None).id == first.id
    assert message("default", channel(), more, NOON, None).id != first.id
    assert message("other", channel(), composed, NOON, None).id != first.id


def test_a_message_says_how_bad_it_is_and_leads_to_the_console() -> None:
    composed = said(channel(), event(1, severity="warning"), event(2, incident="goal/sharp"))
    assert composed is not None
    sent = message("default", channel(), composed, NOON, "https://fairlead.example.com/")
    assert (sent.severity, sent.title) == ("critical", "2 changes on loans")
    assert sent.link == "https://fairlead.example.com/console/p/default/loans"
    assert sent.detail.count("\n") == 1


def test_a_storm_is_one_message_that_says_how_much_it_leaves_out() -> None:
    composed = said(channel(), *(event(n, incident=f"goal/g{n}") for n in range(1, 121)))
    assert composed is not None
    sent = message("default", channel(), composed, NOON, None)
    assert (len(sent.events), sent.left_out, len(composed.told)) == (50, 70, 120)
    assert sent.detail.endswith("and 70 more")
