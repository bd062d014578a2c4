"""The same days under three rules: how many alarms each raises, and how many of them the whole month confirms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console

from fairlead_cli.show.plain import table

ALARMS, ROWS = ("drifting", "at risk"), 100
RULES = ("PSI over its line, and nothing else", "and significant, each day at 5 %", "and within the budget")


@dataclass
class Tally:
    """One rule: days that were judged, days with an alarm, alarms of features, those that the month confirms; and
    days with an alarm among as many that are no days, but rows drawn at random from training."""

    days: int = 0
    alarmed: int = 0
    alarms: int = 0
    confirmed: int = 0
    false: int = 0

    def add(self, alarms: Sequence[str], drifting: set[str]) -> None:
        """One day's alarms."""
        self.days += 1
        self.alarmed += bool(alarms)
        self.alarms += len(alarms)
        self.confirmed += len(drifting.intersection(alarms))


def tallied(client: Any, deployment: str, months: Iterable[Any]) -> dict[str, Tally]:
    """Each day of each month, as a report by day with and without the budget says."""
    tallies = {rule: Tally() for rule in RULES}
    for month in months:
        drifting = {each.feature for each in month.features if each.status == "drifting"}
        asked = {"deployment": deployment, "by": "day", "start": month.start, "end": month.end}
        without, within = (client.get_drift(**asked, budget=budget) for budget in (False, True))
        for plain, strict in zip(without.periods, within.periods, strict=True):
            judged = [each for each in plain.features if each.status != "unknown"]
            if judged:
                over = [each.feature for each in judged if each.psi >= without.effect_line]
                for rule, names in zip(RULES, (over, _drifting(plain), _drifting(strict)), strict=True):
                    tallies[rule].add(names, drifting)
    return tallies


def draw(tallies: dict[str, Tally], training: Any, level: float) -> None:
    """As many draws of 100 training rows as there were days: nothing drifts, and every alarm is false."""
    from fairlead_drift import LEVEL, Baseline, Look, Profile, compare

    baseline, rng = Baseline.fit(training), np.random.default_rng(0)
    for _ in range(next(iter(tallies.values())).days):
        profile = Profile.empty(baseline)
        profile.update(training.iloc[rng.choice(len(training), ROWS, replace=False)])
        without, within = (compare(baseline, profile, Look(level=each)) for each in (LEVEL, level))
        over = any(each.psi >= without.effect_line for each in without.features.values())
        for rule, alarmed in zip(RULES, (over, without.status in ALARMS, within.status in ALARMS), strict=True):
            tallies[rule].false += alarmed


def _drifting(period: Any) -> list[str]:
    return [each.feature for each in period.features if each.status == "drifting"]


def show(console: Console, tallies: dict[str, Tally]) -> None:
    """The tallies as a table."""
    numbers = ("days", "with an alarm", "alarms", "confirmed\nby the month", "with one, drawn\nfrom training")
    made = table("a feature alarms when its", *numbers, title="The same days under three rules", numbers=numbers)
    for rule, each in tallies.items():
        share = f" ({each.confirmed / each.alarms:.0%})" if each.alarms else ""
        made.add_row(
            rule, str(each.days), str(each.alarmed), str(each.alarms), f"{each.confirmed}{share}", str(each.false)
        )
    console.print(made)
