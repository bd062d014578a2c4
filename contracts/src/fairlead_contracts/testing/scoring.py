"""Scoring: what the library itself says, in the columns that the contract names."""

import numpy as np
import pytest

from fairlead_contracts.adapters import Predictor, Table, outputs_of
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.testing.samples import Array, Saved, expected, rows, same
from fairlead_contracts.testing.subject import Subject

_DTYPES = {"FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_, "BYTES": object}


def frozen(table: Table) -> dict[str, Array]:
    """A copy whose arrays cannot be written to, as a replica's may be."""
    copied = {name: values.copy() for name, values in table.items()}
    for values in copied.values():
        values.flags.writeable = False
    return copied


def with_missing(table: Table) -> dict[str, Array] | None:
    """A copy with every third value of numbers and texts missing; None where nothing can be."""
    holed = {name: values.copy() for name, values in table.items()}
    touched = [values for values in holed.values() if values.dtype.kind in "fO"]
    for place, values in enumerate(touched):
        values[place % 3 :: 3] = np.nan if values.dtype.kind == "f" else None
    return holed if touched else None


class Scoring(Subject):
    """What a replica relies on."""

    def test_predictions_equal_the_library_s_own(self, saved: Saved, predictor: Predictor) -> None:
        """Saved, described, loaded: the same numbers within 1e-6, the same labels. The table may be read-only."""
        table = saved.sample.table
        same(predictor.predict(frozen(table)), expected(saved.sample, table), saved.sample.name)

    def test_the_outputs_are_those_of_the_card(self, saved: Saved, predictor: Predictor) -> None:
        """Names, order and types as `outputs_of` says, one value a row."""
        found = predictor.predict(saved.sample.table)
        columns = outputs_of(saved.card)
        if sorted(found) != sorted(column.name for column in columns):
            pytest.fail(f"the outputs are {list(found)}, the card asks for {[column.name for column in columns]}")
        length = len(next(iter(saved.sample.table.values())))
        for column in columns:
            values = found[column.name]
            if values.dtype != _DTYPES[column.datatype] or values.shape != (length,):
                pytest.fail(f"{column.name} must be 1-D {column.datatype}, one value a row; it is {values.dtype}")

    def test_each_row_alone_scores_as_among_others(self, saved: Saved, predictor: Predictor) -> None:
        """One row is the most frequent request."""
        whole = predictor.predict(saved.sample.table)
        for row in range(3):
            chosen = slice(row, row + 1)
            alone = predictor.predict(rows(saved.sample.table, chosen))
            same(alone, rows(whole, chosen), f"{saved.sample.name}, row {row} alone")

    def test_no_rows_in_give_no_rows_out(self, saved: Saved, predictor: Predictor) -> None:
        """Every output is there, with its type and no values."""
        found = predictor.predict(rows(saved.sample.table, slice(0, 0)))
        for column in outputs_of(saved.card):
            if found[column.name].shape != (0,) or found[column.name].dtype != _DTYPES[column.datatype]:
                pytest.fail(f"without rows {column.name} must be an empty {column.datatype}")

    def test_missing_values_score_as_the_library_says_or_are_refused(self, saved: Saved, predictor: Predictor) -> None:
        """NaN and None; InvalidTableError where the library has no answer for them."""
        table = with_missing(saved.sample.table)
        if table is None:
            return
        try:
            wanted = expected(saved.sample, table)
        except Exception:  # the library's own refusal, of whatever kind
            with pytest.raises(InvalidTableError):
                predictor.predict(table)
        else:
            same(predictor.predict(table), wanted, f"{saved.sample.name} with missing values")

    def test_columns_in_another_order_score_the_same(self, saved: Saved, predictor: Predictor) -> None:
        """Where the card names the inputs they go by name."""
        turned = dict(reversed(list(saved.sample.table.items())))
        if saved.card.inputs:
            same(predictor.predict(turned), expected(saved.sample, saved.sample.table), "columns reversed")
