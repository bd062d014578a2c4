"""Replies for people: within 80 columns, no status by colour alone, and nothing said that the reply does not hold."""

import io
import re
from datetime import UTC, datetime

import pytest
from fairlead_cli.show import render
from fairlead_contracts.facts.access import TokenCreated
from fairlead_contracts.objectives import Goal, Latency
from fairlead_contracts.operations import Accepted
from fairlead_contracts.operations.access import PolicyView, TokenList
from fairlead_contracts.operations.audit import AuditEntry, AuditList
from fairlead_contracts.operations.goals import GoalList, GoalView, Look
from fairlead_contracts.operations.monitor import (
    AccuracyReport,
    AccuracyView,
    Bin,
    DriftPeriod,
    DriftReport,
    FeatureDrift,
    FeatureReport,
    Interval,
)
from fairlead_contracts.operations.registry import ModelList, ModelView
from pydantic import BaseModel
from rich.console import Console

MOMENT = datetime(2011, 1, 1, tzinfo=UTC)
DIGEST = "sha256:" + "ab" * 32


def said(reply: BaseModel, width: int = 80) -> str:
    """What a terminal of this width shows, without colours."""
    output = io.StringIO()
    terminal = Console(file=output, width=width, force_terminal=True, no_color=True, color_system=None, emoji=False)
    render(terminal, reply)
    return output.getvalue()


def one_feature(name: str, status: str, psi: float, importance: float | None = 0.5) -> FeatureDrift:
    return FeatureDrift(
        feature=name, kind="numeric", importance=importance, psi=psi, p_value=0.001, significant=psi > 0.1,
        jensen_shannon=0.1, ks=0.2, missing=0.0, status=status,
    )  # fmt: skip


def month(number: int, *features: FeatureDrift) -> DriftPeriod:
    status = "drifting" if any(each.status == "drifting" for each in features) else "passing"
    return DriftPeriod(
        start=MOMENT.replace(month=number), end=MOMENT.replace(month=number + 1), version=1, rows=1380, status=status,
        smallest_shift=0.1, features=features,
    )  # fmt: skip


class Importance(BaseModel):
    """A reply of a kind that nothing is known about."""

    importance: dict[str, float]


REPORT = DriftReport(
    effect_line=0.15,
    importance_line=0.1,
    periods=(
        month(1, one_feature("int_rate", "passing", 0.01), one_feature("purpose", "unknown", 0.0, None)),
        month(2, one_feature("int_rate", "drifting", 0.92), one_feature("purpose", "passing", 0.02, None)),
    ),
)


@pytest.mark.parametrize("width", [80, 120])
def test_a_report_fits_the_terminal(width: int) -> None:
    many = REPORT.model_copy(update={"periods": tuple(month(n % 11 + 1, *(
        one_feature(f"a_feature_with_a_long_name_{i}", "drifting", 12.3456) for i in range(40)
    )) for n in range(30))})  # fmt: skip
    assert max(map(len, said(many, width).splitlines())) <= width


def test_each_status_of_drift_is_told_by_a_word_and_a_mark() -> None:
    text = said(REPORT)
    assert "● drifting" in text
    assert "· passing" in text
    assert "·●" in text  # int_rate, period by period
    assert "?·" in text  # purpose
    assert "0.920*" in text


def test_a_report_by_another_detector_shows_its_effect_and_what_the_rows_could_show() -> None:
    found = one_feature("int_rate", "drifting", 0.01).model_copy(
        update={"metric": "ks", "effect": 0.3, "smallest_shift": 0.12}
    )
    left_out = one_feature("purpose", "unknown", 0.5).model_copy(update={"metric": "ks", "smallest_psi": 0.07})
    report = REPORT.model_copy(update={"detector": "ks", "effect_line": 0.1, "periods": (month(1, found, left_out),)})
    text = said(report, 120)
    assert "ks by feature" in text
    assert [each in text for each in ("0.300", "0.12 sd", "PSI 0.07", "when that is 0.1 or more")] == [True] * 4
    assert "0.500" not in text


def test_a_deployment_that_scored_nothing_says_so() -> None:
    assert "Nothing was scored" in said(REPORT.model_copy(update={"periods": ()}))


def test_a_histogram_shows_shares_of_both_sides() -> None:
    bins = (Bin(label="< 1 year", training=25, scoring=30), Bin(label="10+ years", training=75, scoring=30))
    report = FeatureReport(feature="emp_length", kind="text", importance=0.1, rows=60, drift=None, bins=bins)
    text = said(report)
    assert "100 rows of training, 60 of scoring" in text
    assert "25.0%" in text
    assert text.count("50.0%") == 2


def test_accuracy_puts_champion_and_challenger_side_by_side() -> None:
    views = [
        AccuracyView(start=MOMENT, end=MOMENT.replace(month=2), model="loans", version=version, role=role, rows=90,
                     labelled=80, metrics={"auc": auc})
        for version, role, auc in ((1, "champion", 0.674), (2, "challenger", 0.679))
    ]  # fmt: skip
    line, *plot = [line for line in said(AccuracyReport(items=tuple(views))).splitlines() if "2011-01" in line]
    assert line.split() == ["2011-01", "80", "0.674", "0.679"]
    assert [each.count("●") for each in plot] == [1, 1]


def test_accuracy_is_plotted_with_its_interval() -> None:
    view = AccuracyView(
        start=MOMENT, end=MOMENT.replace(month=2), model="loans", version=1, role="champion", rows=90, labelled=80,
        metrics={"auc": 0.7}, intervals={"auc": Interval(low=0.6, high=0.8)},
    )  # fmt: skip
    text = said(AccuracyReport(items=(view,), sources={"auc": "DeLong"}))
    assert re.search(r"│─+●─+│ 0.700 champion v1, n 80", text)
    assert "95% intervals: 0.600 to 0.800" in text
    assert "AUC: DeLong" in text


def test_no_actuals_yet_says_how_they_come() -> None:
    assert "fairlead actuals import" in said(AccuracyReport(items=()))


def test_a_list_is_a_table_without_the_columns_that_are_empty_and_with_the_way_to_the_next_page() -> None:
    model = ModelView(project="default", model="churn", description="", author="user:ada", created=MOMENT)
    text = said(ModelList(items=(model,), next="churn"))
    assert "churn" in text
    assert "2011-01-01 00:00" in text
    assert "description" not in text
    assert "--after churn" in text


def test_an_empty_list_says_none() -> None:
    assert said(TokenList(items=())).strip() == "none"


def test_a_secret_is_shown_whole_on_a_line_of_its_own() -> None:
    secret = "fl_" + "a1" * 60
    known = {"token": "3f9a2c71d05b8e64", "principal": "user:ada", "secret_hash": DIGEST}
    fact = TokenCreated.model_validate(known)
    done = Accepted[TokenCreated](sequence=7, time=MOMENT, operation_id="x", fact=fact, secret=secret)
    assert secret in said(done).splitlines()
    assert "ledger sequence 7" in said(done)


def test_what_was_refused_is_marked_in_the_audit() -> None:
    entry = AuditEntry(
        sequence=9, time=MOMENT, subject="ledger.refused.registry", actor="user:vera", operation="create_model",
        project="default", allowed=False, facts=({"type": "refused", "data": {"code": "forbidden"}},), hash=DIGEST,
    )  # fmt: skip
    text = said(AuditList(items=(entry,)), 120)
    assert "✗ refused" in text
    assert "code=forbidden" in text


def test_markup_in_a_value_is_text() -> None:
    model = ModelView(project="default", model="[red]churn[/]", description="[", author="user:ada", created=MOMENT)
    assert "[red]churn[/]" in said(ModelList(items=(model,)), 120)


def test_a_text_of_many_lines_stands_as_it_is() -> None:
    rules = "# g, role:A, role:B: whoever has role A has role B\n" + "p, role:viewer, *, *, model:get, allow\n" * 3
    reply = PolicyView(revision=1, digest=DIGEST, model="m", rules=rules)
    assert rules in said(reply)


def test_versions_that_took_turns_are_rows_not_columns() -> None:
    views = [
        AccuracyView(start=MOMENT, end=MOMENT.replace(month=2), model="loans", version=version, role=role, rows=90,
                     labelled=80, metrics={"auc": 0.7, "log_loss": 0.4})
        for version, role in ((1, "champion"), (2, "champion"), (2, "challenger"))
    ]  # fmt: skip
    lines = [
        line.split()
        for line in said(AccuracyReport(items=tuple(views))).splitlines()
        if "2011-01" in line and "│" not in line
    ]
    assert [line[1:3] for line in lines] == [["champion", "1"], ["champion", "2"], ["challenger", "2"]]


def test_the_names_of_features_stay_as_they_are() -> None:
    assert "inq_last_6mths=0.6" in said(Importance(importance={"inq_last_6mths": 0.6, "dti": 0.0}))


def test_goals_are_shown_with_a_word_and_a_mark_and_what_turns_is_told() -> None:
    goal = Goal(name="fast", objective=Latency(under_ms=50, share=0.999))
    view = GoalView(
        deployment="churn", goal=goal, actor="user:ada", declared=7, status="failing", since=MOMENT, reason="slow",
        now=Look(status="passing", reason="quick again", value=0.9995),
    )  # fmt: skip
    shown = said(GoalList(items=(view,)), 120)
    assert "● failing" in shown
    assert "slow; now passing: quick again" in shown.replace("\n", " ")
    assert "goal set" in said(GoalList(items=()))
