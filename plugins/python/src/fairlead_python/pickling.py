"""Pickling an object with its class and the author's functions in it, by value, and what it imports from elsewhere."""

import contextlib
import functools
import importlib.metadata
import pickle
import pickletools
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_python.own import own_modules

_TEXTS = frozenset(("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"))


def pickled(model: object) -> tuple[bytes, tuple[str, ...]]:
    """The object's bytes, and `name==version` of the packages that it names.

    Raises: UnreadableArtifactError when something in it cannot be pickled.
    """
    import cloudpickle

    kind = type(model)
    with _by_value(cloudpickle, own_modules()):
        try:
            data: bytes = cloudpickle.dumps(model, protocol=5)
        except Exception as error:  # __getstate__ and __reduce__ are the author's
            raise UnreadableArtifactError(
                f"{kind.__name__} cannot be saved: {type(error).__name__}: {error}. Open files, locks and connections"
                " are usual reasons: leave them out in __getstate__ and open them in __setstate__."
            ) from error
    return data, _requirements(data)


def unpickled(data: bytes) -> Any:
    """The object again. Raises: whatever its classes raise."""
    return pickle.loads(data)  # noqa: S301  # the author's process, or the child worker of a trusted publisher's model


@contextlib.contextmanager
def _by_value(cloudpickle: Any, modules: list[ModuleType]) -> Iterator[None]:
    known = cloudpickle.list_registry_pickle_by_value()
    added = [module for module in modules if module.__name__ not in known]
    for module in added:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in added:
            cloudpickle.unregister_pickle_by_value(module)


def _requirements(data: bytes) -> tuple[str, ...]:
    # A pickle names what it imports in texts: modules of globals, and in code the names after `import`.
    texts = {given for code, given, _ in pickletools.genops(data) if code.name in _TEXTS and isinstance(given, str)}
    tops = {text.partition(".")[0] for text in texts} & {name.partition(".")[0] for name in sys.modules}
    names = {name for top in tops for name in _providers().get(top, ())}
    return tuple(sorted(f"{name}=={importlib.metadata.version(name)}" for name in names))


@functools.cache
def _providers() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()
