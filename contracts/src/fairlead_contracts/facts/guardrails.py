"""Guardrails: what a deployment does with a row that its model should not be trusted with."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fairlead_contracts.values import Decimal, Message

Rule = Literal["uncertain", "out-of-range", "unseen-category", "low-density"]
Action = Literal["warn", "override", "refuse"]


class Guardrail(Message):
    """One rule, and what happens to a row that it meets.

    `uncertain`: the most likely class has a probability under `below` (0.6 unless told). `out-of-range`: a number
    outside `low` to `high`, by default the range of the training data. `unseen-category`: a level that training had
    not. `low-density`: a number in a bin of the baseline that is less than `below` (0.05 unless told) times as dense as
    the column's range is on average. The last three look at `columns`, by default all that the baseline has.
    `warn`: the answer names the rows. `override`: their label or prediction is `value`. `refuse`: no answer.
    """

    rule: Rule
    action: Action = "warn"
    value: str | None = Field(default=None, max_length=250)
    columns: tuple[str, ...] = Field(default=(), max_length=1_000)
    low: Decimal | None = None
    high: Decimal | None = None
    below: Decimal | None = Field(default=None, gt=0.0, le=1.0)

    @model_validator(mode="after")
    def _fits_its_rule(self) -> Self:
        if (self.action == "override") != (self.value is not None):
            raise ValueError("`value` is given with the action override, and with no other")
        if self.rule != "out-of-range" and (self.low is not None or self.high is not None):
            raise ValueError("`low` and `high` are given with the rule out-of-range only")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` is above `high`")
        if self.rule in ("out-of-range", "unseen-category") and self.below is not None:
            raise ValueError("`below` is given with the rules uncertain and low-density only")
        if self.rule == "uncertain" and self.columns:
            raise ValueError("the rule uncertain looks at the answer, not at columns")
        return self
