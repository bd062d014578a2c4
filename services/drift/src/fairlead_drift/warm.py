"""Filling the kernel cache, once for all environments of a user."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
_MODULES = ("columns", "blocks", "sorting")


def warm(progress: Progress | None = None) -> None:
    """Compile every kernel that is not in the cache; `progress` is told the name, which one it is, and of how many.

    Kernels are compiled, or read from the cache, when their module is loaded.
    """
    from importlib import import_module

    for place, name in enumerate(_MODULES, 1):
        if progress is not None:
            progress(name, place, len(_MODULES))
        import_module(f"fairlead_drift.kernels.{name}")
