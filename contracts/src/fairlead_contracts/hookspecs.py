"""Every hook that a plugin can implement. Each runs once, at start-up, and returns typed descriptions."""

from collections.abc import Iterable

from pluggy import HookimplMarker, HookspecMarker

from fairlead_contracts.adapters import Adapter
from fairlead_contracts.detectors import BatchDetector, Detector
from fairlead_contracts.notifiers import Notifier, Reach
from fairlead_contracts.targets import Target
from fairlead_contracts.workplace import Workplace

PROJECT = "fairlead"

hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)


@hookspec
def adapters() -> Iterable[Adapter]:  # type: ignore[empty-body]  # a hook's docstring is its body
    """Return the framework adapters this plugin provides.

    Called once, when registry, runtime and command line start. Two adapters of one name stop the start.
    """


@hookspec
def targets(workplace: Workplace) -> Iterable[Target]:  # type: ignore[empty-body]  # a hook's docstring is its body
    """Return the deployment targets this plugin provides, each working with what the deployer lends it.

    Called once, when the deployer starts. Two targets of one name stop the start.
    """


@hookspec
def detectors() -> Iterable[Detector]:  # type: ignore[empty-body]  # a hook's docstring is its body
    """Return the drift detectors this plugin provides.

    Called once, when the monitor starts. Two detectors of one name stop the start.
    """


@hookspec
def batch_detectors() -> Iterable[BatchDetector]:  # type: ignore[empty-body]  # a hook's docstring is its body
    """Return the detectors of this plugin that compare tables of rows.

    Called once in a process, when the first tables are compared. Two of one name are refused.
    """


@hookspec
def notifiers(reach: Reach) -> Iterable[Notifier]:  # type: ignore[empty-body]  # a hook's docstring is its body
    """Return the notifiers this plugin provides, each connecting to nowhere that `reach` does not allow.

    Called once, when the monitor starts. Two notifiers of one name stop the start.
    """
