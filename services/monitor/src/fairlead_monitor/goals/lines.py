"""Values of periods against lines: accuracy, drift, missing values, custom metrics. The newest period that tells."""

from collections.abc import Sequence
from datetime import datetime

from fairlead_contracts.objectives import Accuracy, Custom, Drift, Missing, Status
from fairlead_contracts.operations.goals import Look
from fairlead_contracts.operations.metrics import MetricPeriod, MetricReport
from fairlead_contracts.operations.monitor import AccuracyReport, DriftPeriod, DriftReport, FeatureDrift


def accuracy(objective: Accuracy, report: AccuracyReport) -> Look:
    """The champion's metric on the newest period with enough actuals."""
    champions = [each for each in report.items if each.role == "champion"]
    enough = [each for each in champions if each.labelled >= objective.min_actuals and objective.metric in each.metrics]
    if not enough:
        most = max((each.labelled for each in champions), default=0)
        return _unknown(
            f"no {objective.by} has the {objective.min_actuals} actuals that are needed; the most are {most}"
        )
    newest = max(enough, key=lambda each: (each.start, each.version))
    value, what = newest.metrics[objective.metric], f"{objective.metric} of version {newest.version}"
    return _against(objective, value, f"{what} in the {objective.by} of {newest.start:%Y-%m-%d}: {{}}")


def drift(objective: Drift, report: DriftReport) -> Look:
    """How many of the features that matter drift in the newest period with enough rows."""
    newest = _newest(report.periods, objective.min_rows)
    if newest is None:
        return _unknown(f"no {objective.by} has the {objective.min_rows} rows that are needed")
    matter = _that_matter(objective, newest, report.importance_line)
    if objective.features == "important" and all(each.importance is None for each in newest.features):
        return _unknown(f"version {newest.version} was registered without importances; name the features instead")
    drifting = [each.feature for each in matter if each.status == "drifting"]
    others = [each.feature for each in newest.features if each.status == "drifting" and each.feature not in drifting]
    when = f"in the {objective.by} of {newest.start:%Y-%m-%d} ({newest.rows} rows)"
    told = f"{len(drifting)} of {len(matter)} features drift {when}{_named(drifting)}; at most {objective.at_most} may"
    status: Status = "failing" if len(drifting) > objective.at_most else "at risk" if drifting or others else "passing"
    if others and not drifting:
        told += f"; of the others {len(others)} do{_named(others)}"
    return Look(status=status, reason=told[:1000], value=float(len(drifting)))


def missing(objective: Missing, report: DriftReport) -> Look:
    """The share of a feature's values that is missing in the newest period with enough rows."""
    newest = _newest(report.periods, objective.min_rows)
    found = [each for each in newest.features if each.feature == objective.feature] if newest else []
    if newest is None or not found:
        return _unknown(f"no {objective.by} has the {objective.min_rows} rows of {objective.feature} that are needed")
    share = found[0].missing
    told = f"{share * 100:.3g} % of {objective.feature} is missing in the {objective.by} of {newest.start:%Y-%m-%d}"
    status: Status = "failing" if share > objective.at_most else "passing"
    return Look(status=status, reason=f"{told}; at most {objective.at_most * 100:.3g} % may be", value=share)


def custom(objective: Custom, report: MetricReport, now: datetime) -> Look:
    """The newest period that is over; a sum that is over `at_most` already needs no end of its period."""
    name, periods = report.metric.metric, sorted(report.periods, key=lambda each: each.start)
    running = [each for each in periods if each.end > now]
    if report.metric.aggregation == "sum" and objective.at_most is not None:
        early = [each for each in running if each.value > objective.at_most]
        if early:
            return _against(objective, early[-1].value, _of(name, objective, early[-1]))
    over = [each for each in periods if each.end <= now]
    if not over:
        return _unknown(f"no {objective.by} with a value of {name} is over yet")
    return _against(objective, over[-1].value, _of(name, objective, over[-1]))


def _of(name: str, objective: Custom, period: MetricPeriod) -> str:
    return f"{name} in the {objective.by} of {period.start:%Y-%m-%d}: {{}}"


def _against(objective: Accuracy | Custom, value: float, told: str) -> Look:
    low, high = objective.at_least, objective.at_most
    rooms = [value - low] if low is not None else []
    rooms += [high - value] if high is not None else []
    room = min(rooms)
    status: Status = "failing" if room < 0 else "at risk" if room < objective.margin else "passing"
    wanted = " and ".join(
        f"{word} {line:g}" for word, line in (("at least", low), ("at most", high)) if line is not None
    )
    return Look(status=status, reason=f"{told.format(f'{value:.6g}')}, wanted {wanted}", value=value)


def _newest(periods: Sequence[DriftPeriod], rows: int) -> DriftPeriod | None:
    enough = [each for each in periods if each.rows >= rows]
    return max(enough, key=lambda each: (each.start, each.version), default=None)


def _that_matter(objective: Drift, period: DriftPeriod, line: float) -> list[FeatureDrift]:
    if objective.features == "every":
        return list(period.features)
    if objective.features == "important":
        return [each for each in period.features if (each.importance or 0.0) >= line]
    return [each for each in period.features if each.feature in objective.features]


def _named(features: Sequence[str]) -> str:
    return f": {', '.join(features[:5])}{' and more' if len(features) > 5 else ''}" if features else ""


def _unknown(reason: str) -> Look:
    return Look(status="unknown", reason=reason)
