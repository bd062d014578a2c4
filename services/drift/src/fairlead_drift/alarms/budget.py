"""The alarm budget: how often people may be woken for nothing."""

from dataclasses import dataclass

from fairlead_drift.errors import BudgetError

DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Budget:
    """At most `pages` false alarms in `days`, on average, for one deployment with all its features and segments."""

    pages: float = 1.0
    days: float = DAYS_A_MONTH

    def __post_init__(self) -> None:
        """Raises: BudgetError when it is not positive and finite."""
        if not (0 < self.pages < float("inf") and 0 < self.days < float("inf")):
            raise BudgetError("An alarm budget is a positive number of pages in a positive number of days.")

    def level(self, looks: float, most: float = 0.05) -> float:
        """The level of one look when there are `looks` in `days`, never above `most`.

        When nothing drifts, Benjamini-Hochberg at this level raises any alarm at a look with this chance, whatever the
        number of features and segments; so false alarms in `days` are expected to be at most looks x level = pages.
        That sum holds whether or not looks overlap. Source: Boole's inequality.
        Raises: BudgetError for no looks.
        """
        if not 0 < looks < float("inf"):
            raise BudgetError("A budget is spent over a positive number of looks.")
        return min(most, self.pages / looks)

    def line(self, looks: float, features: int, segments: int = 1) -> float:
        """The p-value at which one feature of one segment raises an alarm on its own: the strictest that is asked."""
        return self.level(looks) / (max(features, 1) * max(segments, 1))
