"""Loading plugins: a manager per call, built-ins by the same hooks as anyone's, and a misspelt hook stops the start."""

import functools
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import pluggy

from fairlead_contracts import hookspecs
from fairlead_contracts.adapters import Adapter, Envelope
from fairlead_contracts.detectors import BatchDetector, Detector
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.notifiers import Notifier, Reach
from fairlead_contracts.targets import Target
from fairlead_contracts.workplace import Workplace


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)


_ALSO = {".lgb": "model.txt", ".xgb": "model.ubj", ".cb": "model.cbm", ".pkl": "model.joblib", ".pt2": "model.pt2"}
"""What a file of this suffix is called by its adapter, where that is not `model` and the suffix."""


class PluginError(Exception):
    """A plugin cannot be used; the message names it and says why."""


def load(*extra: object, installed: bool = True) -> pluggy.PluginManager:
    """A manager with the given plugins and, unless told otherwise, every installed one.

    Raises: PluginError when one cannot be imported, or implements a hook that does not exist.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for plugin in extra:
        manager.register(plugin)
    try:
        if installed:
            manager.load_setuptools_entrypoints(hookspecs.PROJECT)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {error.plugin!r}: {error}") from error
    except ImportError as error:
        raise PluginError(f"an installed plugin cannot be imported: {error}") from error
    return manager


def by_name(hook: Callable[[], Iterable[Iterable[NamedT]]]) -> dict[str, NamedT]:
    """What the plugins return for one hook, by name.

    Raises: PluginError when two have one name.
    """
    found: dict[str, NamedT] = {}
    for provided in hook():
        for each in provided:
            if each.name in found:
                raise PluginError(f"two plugins provide {each.name!r}: uninstall one of them")
            found[each.name] = each
    return found


def adapters(*extra: object, installed: bool = True) -> dict[str, Adapter]:
    """Every framework adapter by name."""
    return by_name(load(*extra, installed=installed).hook.adapters)


def targets(workplace: Workplace, *extra: object, installed: bool = True) -> dict[str, Target]:
    """Every deployment target by name."""
    return by_name(functools.partial(load(*extra, installed=installed).hook.targets, workplace=workplace))


def detectors(*extra: object, installed: bool = True) -> dict[str, Detector]:
    """Every drift detector on counts by name."""
    return by_name(load(*extra, installed=installed).hook.detectors)


def batch_detectors(*extra: object, installed: bool = True) -> dict[str, BatchDetector]:
    """Every drift detector on tables by name."""
    return by_name(load(*extra, installed=installed).hook.batch_detectors)


def notifiers(reach: Reach, *extra: object, installed: bool = True) -> dict[str, Notifier]:
    """Every notifier by name."""
    return by_name(functools.partial(load(*extra, installed=installed).hook.notifiers, reach=reach))


def reader_of(folder: Path, installed: Mapping[str, Adapter]) -> Adapter:
    """The one adapter that reads a folder's files. Raises: UnreadableArtifactError when there is none, or several."""
    readers = [each for each in installed.values() if each.reads(folder)]
    readers = [each for each in readers if isinstance(each, Envelope)] or readers
    if len(readers) == 1:
        return readers[0]
    if readers:
        raise UnreadableArtifactError(f"Several adapters read these files: {', '.join(each.name for each in readers)}.")
    names = ", ".join(sorted(path.name for path in folder.rglob("*") if path.is_file()))
    raise UnreadableArtifactError(
        f"No installed adapter reads these files ({names}); there are {', '.join(sorted(installed)) or 'none'}."
    )


def placed(path: Path, folder: Path, installed: Mapping[str, Adapter]) -> bool:
    """Copy a model's one file into the folder, under the name by which an adapter reads it; False when none does."""
    for name in dict.fromkeys((path.name, _ALSO.get(path.suffix, path.name), f"model{path.suffix}")):
        target = folder / name
        shutil.copyfile(path, target)
        if any(each.reads(folder) for each in installed.values()):
            return True
        target.unlink()
    return False
