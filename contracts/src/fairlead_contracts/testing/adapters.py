"""`AdapterConformance`: subclass it, give an adapter and its cases, and pytest runs all of these checks.

class TestMine(AdapterConformance):
    adapter = MyAdapter()

    def cases(self):
        return [Case(model, table, expected)]
"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from fairlead_contracts.adapters import Adapter, ModelCard, Predictor, outputs_of
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError

TOLERANCE = 1e-6
THREADS = 4
Columns = dict[str, "np.ndarray[Any, Any]"]


@dataclass(frozen=True)
class Case:
    """A live model, a table that it scores, and what the framework's own call gives for it, by output."""

    model: object
    table: Columns
    expected: Columns


class AdapterConformance:
    """Every check, for every case. `frameworks`: modules that describing must not import."""

    adapter: ClassVar[Adapter]
    frameworks: ClassVar[Sequence[str]] = ()

    def cases(self) -> Sequence[Case]:
        """Two models or more. Override."""
        raise NotImplementedError("give the cases of your adapter")

    @pytest.fixture
    def saved(self, tmp_path: Path) -> list[tuple[Case, Path]]:
        """Each case with its saved files."""
        found = []
        for number, case in enumerate(self.cases()):
            folder = tmp_path / str(number)
            folder.mkdir()
            self.adapter.save(case.model, folder)
            found.append((case, folder))
        return found

    def loaded(self, folder: Path) -> tuple[ModelCard, Predictor]:
        """A saved model, described and loaded."""
        card = self.adapter.describe(folder)
        return card, self.adapter.load(folder, card)

    def test_it_is_found_through_its_entry_point(self) -> None:
        """An installed plugin is found by its name."""
        from fairlead_contracts.plugins import adapters

        assert self.adapter.name in adapters()

    def test_it_knows_its_own_models_and_no_others(self) -> None:
        """`handles` is true for the framework's objects only."""
        assert all(self.adapter.handles(case.model) for case in self.cases())
        assert not any(self.adapter.handles(each) for each in (object(), "text", 7, None))

    def test_what_was_saved_is_read_described_loaded_and_scores_as_the_framework_does(
        self, saved: list[tuple[Case, Path]]
    ) -> None:
        """The whole way round, equal to the framework's own call to 1e-6."""
        for case, folder in saved:
            assert self.adapter.reads(folder)
            card, predictor = self.loaded(folder)
            self.same(predictor.predict(case.table), case.expected)
            assert card.adapter == self.adapter.name
            assert [each.name for each in outputs_of(card)] == list(predictor.predict(case.table))

    def same(self, found: Any, expected: Columns) -> None:
        """Each expected output is there, and equal."""
        for name, values in expected.items():
            if values.dtype.kind == "f":
                np.testing.assert_allclose(found[name], values, rtol=0, atol=TOLERANCE)
            else:
                assert list(found[name]) == list(values)

    def test_describing_runs_nothing(self, saved: list[tuple[Case, Path]]) -> None:
        """The framework is not imported, let alone the model run."""
        kind = type(self.adapter)
        for _, folder in saved:
            script = (
                f"import sys; from pathlib import Path; from {kind.__module__} import {kind.__name__} as Adapter;"
                f" Adapter().describe(Path({str(folder)!r}));"
                f" sys.exit(', '.join(each for each in {list(self.frameworks)!r} if each in sys.modules) or None)"
            )
            done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603  # ours
            assert done.returncode == 0, done.stderr or "a framework was imported"

    def test_an_empty_folder_is_not_read(self, tmp_path: Path) -> None:
        """There is nothing to read."""
        assert not self.adapter.reads(tmp_path)

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
    def test_a_file_that_was_cut_is_refused(self, saved: list[tuple[Case, Path]], share: float) -> None:
        """Describing or loading says so; nothing else escapes."""
        for _, folder in saved:
            largest = max((each for each in folder.rglob("*") if each.is_file()), key=lambda each: each.stat().st_size)
            largest.write_bytes(largest.read_bytes()[: int(largest.stat().st_size * share)])
            with pytest.raises(UnreadableArtifactError):
                self.loaded(folder)

    def test_a_file_of_something_else_is_refused(self, saved: list[tuple[Case, Path]]) -> None:
        """The right name with another content."""
        for _, folder in saved:
            for each in [path for path in folder.rglob("*") if path.is_file()]:
                each.write_bytes(b"this is no model\n")
            with pytest.raises(UnreadableArtifactError):
                self.loaded(folder)

    def test_a_missing_column_is_named(self, saved: list[tuple[Case, Path]]) -> None:
        """By its name, where the model has names."""
        for case, folder in saved:
            card, predictor = self.loaded(folder)
            if not card.inputs:
                continue
            table = {name: values for name, values in case.table.items() if name != card.inputs[-1]}
            with pytest.raises(InvalidTableError, match=card.inputs[-1]):
                predictor.predict(table)

    def test_a_column_more_changes_nothing(self, saved: list[tuple[Case, Path]]) -> None:
        """Where the model has names, others are left alone."""
        for case, folder in saved:
            card, predictor = self.loaded(folder)
            if card.inputs:
                self.same(predictor.predict({"other": next(iter(case.table.values())), **case.table}), case.expected)

    def test_one_row_scores_as_it_does_among_others(self, saved: list[tuple[Case, Path]]) -> None:
        """No row depends on its neighbours."""
        for case, folder in saved:
            _, predictor = self.loaded(folder)
            one = {name: values[-1:] for name, values in case.table.items()}
            self.same(predictor.predict(one), {name: values[-1:] for name, values in case.expected.items()})

    def test_several_threads_get_the_same_answers(self, saved: list[tuple[Case, Path]]) -> None:
        """One loaded model, many callers."""
        for case, folder in saved:
            _, predictor = self.loaded(folder)
            answers: list[Any] = []

            def score(predictor: Predictor = predictor, case: Case = case, answers: list[Any] = answers) -> None:
                answers.extend(predictor.predict(case.table) for _ in range(5))

            threads = [threading.Thread(target=score) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(answers) == 5 * THREADS
            for answer in answers:
                self.same(answer, case.expected)
