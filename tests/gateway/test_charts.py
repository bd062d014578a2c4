"""Charts: whatever the numbers, everything stands within the chart, in the order of its values."""

from datetime import UTC, datetime, timedelta

from fairlead_contracts.operations.monitor import (
    AccuracyView,
    Bin,
    DriftPeriod,
    DriftReport,
    FeatureDrift,
    FeatureReport,
    Interval,
)
from fairlead_gateway.console.charts import bars, lines, scatter
from fairlead_gateway.console.charts.axis import Axis, around, upwards
from fairlead_gateway.console.charts.periods import telling
from fairlead_gateway.formats import latency, share
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 1, 1, tzinfo=UTC)
amounts = st.floats(0, 1e6, allow_nan=False)


def feature(name: str, psi: float, importance: float | None, status: str = "passing") -> FeatureDrift:
    return FeatureDrift(
        feature=name, kind="numeric", importance=importance, psi=psi, p_value=0.5, significant=False,
        jensen_shannon=0.0, ks=None, missing=0.0, status=status,
    )  # fmt: skip


def period(features: tuple[FeatureDrift, ...], status: str = "passing") -> DriftPeriod:
    return DriftPeriod(
        start=START, end=START + timedelta(days=1), version=1, rows=10, status=status, smallest_shift=None,
        features=features,
    )  # fmt: skip


@given(st.lists(st.tuples(amounts, st.one_of(st.none(), st.floats(0, 3))), max_size=40))
def test_every_feature_stands_in_the_scatter_and_no_name_covers_another(
    drawn: list[tuple[float, float | None]],
) -> None:
    shown = period(tuple(feature(f"feature-{place}", *each) for place, each in enumerate(drawn)))
    chart = scatter.scatter(DriftReport(effect_line=0.15, importance_line=0.5, periods=(shown,)), shown)
    assert {each.feature for each in chart.points} == {each.feature for each in shown.features}
    assert all(
        scatter.LEFT <= each.x <= scatter.RIGHT and scatter.TOP <= each.y <= scatter.BOTTOM for each in chart.points
    )
    names = [each for each in chart.points if each.name]
    ends = [(each.name_x, each.name_x + len(each.name) * 7.4) if each.anchor == "start"
            else (each.name_x - len(each.name) * 7.4, each.name_x) for each in names]  # fmt: skip
    for place, (low, high) in enumerate(ends):
        assert low >= scatter.LEFT
        assert high <= scatter.RIGHT
        for other, (from_, to) in enumerate(ends[:place]):
            assert abs(names[place].y - names[other].y) >= 12 or high < from_ or low > to


@given(st.lists(amounts, min_size=1, max_size=20), st.floats(0.01, 10))
def test_an_axis_keeps_the_order_and_its_ticks_lie_on_it(values: list[float], line: float) -> None:
    axis = upwards(values, line, 296.0, 14.0)
    places = [axis.at(each) for each in sorted(values)]
    assert places == sorted(places, reverse=True)
    assert all(14.0 <= tick.at <= 296.0 for tick in axis.ticks())
    assert 2 <= len(axis.ticks()) <= 8


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_an_axis_around_values_has_room_for_all_of_them(values: list[float]) -> None:
    axis = around(values, 230.0, 14.0)
    assert axis.low < min(values) <= max(values) < axis.high


def test_ticks_are_round() -> None:
    assert [tick.label for tick in Axis(0.0, 1.0, 0.0, 100.0).ticks()] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=30))
def test_bars_are_shares_of_their_own_side(counts: list[tuple[int, int]]) -> None:
    bins = tuple(Bin(label=str(place), training=a, scoring=b) for place, (a, b) in enumerate(counts))
    chart = bars.bars(FeatureReport(feature="f", kind="numeric", importance=None, rows=1, drift=None, bins=bins))
    assert len(chart.bars) + chart.hidden == len(bins)
    assert chart.hidden == sum(a == b == 0 for a, b in counts)
    for side in ("training_share", "scoring_share"):
        total = sum(getattr(each, side) for each in chart.bars)
        assert total == 0 or abs(total - 1) < 1e-9
    assert all(0 <= each.training <= bars.RIGHT - bars.LEFT for each in chart.bars)


@given(
    st.lists(st.tuples(st.sampled_from(["champion", "challenger"]), st.integers(1, 3), st.floats(0, 1)), max_size=30)
)
def test_each_version_and_role_has_one_line_with_a_mark_for_each_period(drawn: list[tuple[str, int, float]]) -> None:
    items = [
        AccuracyView(
            start=START + timedelta(days=place), end=START + timedelta(days=place + 1), model="m", version=version,
            role=role, rows=1, labelled=1, metrics={"auc": value}, intervals={"auc": Interval(low=value, high=value)},
        )
        for place, (role, version, value) in enumerate(drawn)
    ]  # fmt: skip
    chart = lines.lines(items, "auc")
    if not items:
        assert chart is None
        return
    assert chart is not None
    assert len(chart.lines) == len({(role, version) for role, version, _ in drawn})
    assert sum(len(each.marks) for each in chart.lines) == len(items)


def test_the_newest_period_that_could_be_judged_is_shown_first() -> None:
    judged, unknown = period((), "drifting"), period((), "unknown")
    assert telling([judged, judged, unknown]) == 1
    assert telling([unknown, unknown]) == 1


def test_a_little_never_reads_as_nothing() -> None:
    assert (share(0.0), share(0.0004), share(0.25), share(None)) == ("0.0 %", "< 0.1 %", "25.0 %", "–")
    assert (latency(957), latency(15_007), latency(None)) == ("0.957 ms", "15 ms", "–")
