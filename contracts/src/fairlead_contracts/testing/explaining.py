"""Explaining: contributions that add up to what orders the predictions, and are the library's own where it has them."""

import numpy as np
import pytest

from fairlead_contracts.adapters import Explainer, Explanation, Predictor, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.testing.samples import TOLERANCE, Saved, rows
from fairlead_contracts.testing.subject import Subject


class Explaining(Subject):
    """What the replica relies on when an explanation is asked for; a predictor without `explain` has none."""

    def test_an_explanation_has_a_share_of_every_input_in_every_row(self, saved: Saved, predictor: Predictor) -> None:
        """Shapes as `Explanation` says; no rows in, no rows out."""
        if (found := _explained(saved, predictor, saved.sample.table)) is None:
            return
        scores = len(saved.card.classes) if len(saved.card.classes) > 2 else 1
        for length in (_length(saved.sample.table), 0):
            part = _explained(saved, predictor, rows(saved.sample.table, slice(0, length)))
            shapes = (part.contributions.shape, part.bias.shape) if part else None
            if shapes != ((length, scores, len(found.inputs)), (length, scores)):
                pytest.fail(f"of {length} rows, {scores} scores and {len(found.inputs)} inputs the shapes are {shapes}")
        if found.inputs != tuple(saved.sample.table):
            pytest.fail(f"the explanation is of {found.inputs}")
        if found.contributions.dtype != np.float64 or not np.isfinite(found.contributions).all():
            pytest.fail("contributions are finite float64")

    def test_contributions_are_the_library_s_own(self, saved: Saved, predictor: Predictor) -> None:
        """Within 1e-6 of the sample's `contributions`, where it gives them."""
        found = _explained(saved, predictor, saved.sample.table)
        if saved.sample.contributions is None or found is None:
            return
        wanted = np.asarray(saved.sample.contributions(saved.sample.table), dtype=np.float64)
        whole = np.concatenate([found.contributions, found.bias[..., None]], axis=-1)
        np.testing.assert_allclose(whole, wanted.reshape(whole.shape), rtol=TOLERANCE, atol=TOLERANCE)

    def test_contributions_add_up_to_what_orders_the_predictions(self, saved: Saved, predictor: Predictor) -> None:
        """Whatever the link function, it keeps the order of the raw scores."""
        if (found := _explained(saved, predictor, saved.sample.table)) is None:
            return
        raw = found.bias + found.contributions.sum(axis=-1)
        scored = predictor.predict(saved.sample.table)
        if raw.shape[1] > 1:
            likeliest = [saved.card.classes[place] for place in raw.argmax(axis=1)]
            if likeliest != scored["label"].tolist():
                pytest.fail("the largest sum is not that of the predicted class")
            return
        name = "prediction" if saved.card.task == "regression" else "probability"
        ordered = scored[name][np.argsort(raw[:, 0], kind="stable")]
        if np.any(np.diff(ordered) < -TOLERANCE * np.abs(ordered).max()):
            pytest.fail(f"{name} does not grow with the sums of the contributions")

    def test_each_row_alone_is_explained_as_among_others(self, saved: Saved, predictor: Predictor) -> None:
        """One row is the most frequent request."""
        if (found := _explained(saved, predictor, saved.sample.table)) is None:
            return
        for row in range(3):
            alone = _explained(saved, predictor, rows(saved.sample.table, slice(row, row + 1)))
            assert alone is not None
            np.testing.assert_allclose(alone.contributions[0], found.contributions[row], rtol=TOLERANCE, atol=TOLERANCE)

    def test_a_table_that_does_not_fit_is_not_explained(self, saved: Saved, predictor: Predictor) -> None:
        """As `predict` refuses it."""
        if isinstance(predictor, Explainer):
            for table in ({}, dict([*saved.sample.table.items()][1:])):
                with pytest.raises(InvalidTableError):
                    predictor.explain(table)


def _explained(saved: Saved, predictor: Predictor, table: Table) -> Explanation | None:
    if isinstance(predictor, Explainer):
        return predictor.explain(table)
    if saved.sample.contributions is not None:
        pytest.fail("the sample gives contributions, and the loaded model has no method explain()")
    return None


def _length(table: Table) -> int:
    return len(next(iter(table.values())))
