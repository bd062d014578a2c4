"""Recognising and describing: by content, without the framework, without running anything."""

from pathlib import Path

import pytest

from fairlead_contracts import plugins
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.testing.samples import Saved
from fairlead_contracts.testing.separate import ask
from fairlead_contracts.testing.subject import Subject


class Describing(Subject):
    """What registry and command line rely on."""

    def test_the_plugin_is_found_through_its_entry_point(self) -> None:
        """Installed, the plugin's hook provides an adapter of this name and class."""
        found = plugins.adapters().get(self.adapter().name)
        if type(found) is not type(self.adapter()):
            pytest.fail(
                f'no installed plugin provides {self.adapter().name}: add entry-points.fairlead.NAME = "PACKAGE" to its'
                " pyproject.toml and @hookimpl to its function adapters()"
            )

    def test_it_handles_its_own_models_and_no_others(self, saved: Saved) -> None:
        """`handles` goes by the object's framework."""
        if self.adapter().handles(saved.sample.model) is not self.handles_its_models:
            pytest.fail(f"handles() should be {self.handles_its_models} for {saved.sample.name}")
        for other in (None, object(), {}, saved.sample.table, type(saved.sample.model)):
            if self.adapter().handles(other):
                pytest.fail(f"handles() is true for a {type(other).__name__}")

    def test_a_saved_model_is_recognised(self, saved: Saved) -> None:
        """What `save` wrote, `reads` knows."""
        if not self.adapter().reads(saved.folder):
            pytest.fail(f"reads() is false for what save() wrote: {[path.name for path in saved.files]}")

    def test_a_model_is_saved_as_plain_files(self, saved: Saved) -> None:
        """No links, no devices, nothing but files in folders."""
        for path in saved.folder.rglob("*"):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                pytest.fail(f"{path.name} is no plain file")

    def test_the_card_says_what_the_model_is(self, saved: Saved) -> None:
        """The adapter's name, a framework version, classes exactly for a classifier, inputs as the model was fitted."""
        card = saved.card
        if card.adapter != self.adapter().name or not card.framework or not card.framework_version:
            pytest.fail("the card lacks the adapter's name, the framework or its version")
        if (len(card.classes) >= 2) is not (card.task == "classification"):
            pytest.fail("classes are for classifiers, and at least two")
        if card.inputs and list(card.inputs) != list(saved.sample.table):
            pytest.fail(f"the card's inputs are {card.inputs}, the model was fitted on {list(saved.sample.table)}")

    def test_describing_runs_nothing_and_imports_no_framework(self, saved: Saved) -> None:
        """In a fresh process: no framework before or after, no unpickling, no process, no connection, no writing."""
        answer = ask(task="describe", adapter=self.adapter().name, folder=str(saved.folder), frameworks=self.frameworks)
        if answer["before"]:
            pytest.fail(f"importing the installed plugins imports {answer['before']}")
        if answer["after"]:
            pytest.fail(f"describing imports {answer['after']}")
        if answer["events"]:
            pytest.fail(f"describing does what it must not: {answer['events']}")
        if not answer["reads"] or ModelCard.model_validate(answer["card"]) != saved.card:
            pytest.fail("described in a fresh process, the model has another card")

    def test_an_empty_folder_is_not_its(self, tmp_path: Path) -> None:
        """Nothing there, nothing read."""
        if self.adapter().reads(tmp_path):
            pytest.fail("reads() is true for an empty folder")
