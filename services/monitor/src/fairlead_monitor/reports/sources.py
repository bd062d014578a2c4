"""What reports need beside the windows: model cards from the view, baselines from the object store."""

import asyncio
from collections.abc import Callable

from fairlead_contracts.adapters import ModelCard
from fairlead_drift import Baseline

from fairlead_monitor.intake.baselines import Baselines
from fairlead_monitor.view import MonitorView


def cards(project: str, view: MonitorView) -> Callable[[str, int], ModelCard]:
    """The model card of a project's version."""
    return lambda model, version: view.version(project, model, version).card


def baselines(held: Baselines, loop: asyncio.AbstractEventLoop) -> Callable[[str], Baseline]:
    """A baseline by its digest; to be called from another thread than the loop's."""
    return lambda digest: asyncio.run_coroutine_threadsafe(held.get(digest), loop).result()
