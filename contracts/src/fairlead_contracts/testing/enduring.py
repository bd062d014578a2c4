"""Enduring: many threads, the same bits each time, memory that does not grow, tables that stay as they are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from fairlead_contracts.adapters import Predictor
from fairlead_contracts.testing.samples import Saved, identical, rows
from fairlead_contracts.testing.separate import ask
from fairlead_contracts.testing.subject import Subject

_THREADS, _CALLS = 8, 64


class Enduring(Subject):
    """What running for months relies on."""

    def test_the_same_table_gives_the_same_bits(self, saved: Saved, predictor: Predictor) -> None:
        """Asked twice, and loaded anew."""
        first = predictor.predict(saved.sample.table)
        identical(predictor.predict(saved.sample.table), first, "asked twice")
        again = self.adapter().load(saved.folder, saved.card)
        identical(again.predict(saved.sample.table), first, "loaded anew")

    def test_a_table_is_left_as_it_was(self, saved: Saved, predictor: Predictor) -> None:
        """The replica profiles the same arrays afterwards."""
        table = {name: values.copy() for name, values in saved.sample.table.items()}
        predictor.predict(table)
        identical(table, saved.sample.table, "the table after predict")

    def test_many_threads_at_once_get_their_own_answers(self, saved: Saved, predictor: Predictor) -> None:
        """Eight threads, each with other rows, as alone."""
        length = len(next(iter(saved.sample.table.values())))
        parts = [slice(start % length, start % length + 1 + start % 4) for start in range(_CALLS)]
        tables = [rows(saved.sample.table, part) for part in parts]
        wanted = [predictor.predict(table) for table in tables]
        with ThreadPoolExecutor(_THREADS) as threads:
            found = list(threads.map(predictor.predict, tables))
        for part, one, other in zip(parts, found, wanted, strict=True):
            identical(one, other, f"rows {part.start} to {part.stop} in a thread")

    def test_loading_again_and_again_does_not_grow_memory(
        self, saved: Saved, record_property: Callable[[str, object], None]
    ) -> None:
        """In a fresh process, by its peak: loaded, asked and dropped `loads` times."""
        table = [(name, values.dtype.str, values.tolist()) for name, values in saved.sample.table.items()]
        answer = ask(
            task="grow", adapter=self.adapter().name, folder=str(saved.folder), table=table, loads=self.loads,
            within=self.loads_within, card=saved.card.model_dump(mode="json"),
        )  # fmt: skip
        record_property(f"{saved.sample.name}, loads", answer["loads"])
        if answer["grown"] > self.growth_limit:
            pytest.fail(f"{answer['loads']} loads grew memory by {answer['grown']:,} bytes")
