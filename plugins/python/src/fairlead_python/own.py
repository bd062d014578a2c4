"""Which classes and modules are an author's own: those of no installed package, and not Python's."""

import functools
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

_PYTHON = ("stdlib", "platstdlib", "purelib", "platlib")
_INSTALLED = ("site-packages", "dist-packages")


def is_own(kind: type) -> bool:
    """True when the class is its author's, and all that it inherits is, or is Python's."""
    first, *inherited = kind.__mro__
    return _is_own_name(first.__module__) and all(
        each.__module__.partition(".")[0] in sys.stdlib_module_names or _is_own_name(each.__module__)
        for each in inherited
    )


def own_modules() -> list[ModuleType]:
    """Every imported module that is an author's own."""
    return [module for module in list(sys.modules.values()) if isinstance(module, ModuleType) and _is_own(module)]


def _is_own_name(name: str) -> bool:
    module = sys.modules.get(name)
    return name == "__main__" or (module is not None and _is_own(module))


def _is_own(module: ModuleType) -> bool:
    name, file = module.__name__, getattr(module, "__file__", None)
    top = name.partition(".")[0]
    if not isinstance(file, str) or not file.endswith(".py") or top.startswith("fairlead_") or name == "__main__":
        return False
    if top in sys.stdlib_module_names or sys.modules.get(name) is not module:
        return False
    return not is_installed(file)


def is_installed(file: str) -> bool:
    """True for a file of Python's own, or of an installed package."""
    path = Path(file)
    return not set(path.parts).isdisjoint(_INSTALLED) or any(path.is_relative_to(folder) for folder in _folders())


@functools.cache
def _folders() -> tuple[str, ...]:
    return tuple(sysconfig.get_path(each) for each in _PYTHON)
