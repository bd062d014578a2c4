"""Compiling once for all environments of a user: machine code is kept under a digest of all kernels' sources.

A kernel is inlined into those that call it, also from another file, so one file's digest would not do. A folder that
cannot be written to, as in a container with a read-only root, is read all the same.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from platformdirs import user_cache_dir


@cache
def _digest() -> str:
    hashed = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(source.read_bytes())
    return hashed.hexdigest()


class _Locator(_CacheLocator):  # type: ignore[misc]  # numba's types are not looked at
    """Where machine code is kept: the folder that numba is told, else the user's cache."""

    def __init__(self, name: str) -> None:
        self._name = name

    def get_cache_path(self) -> str:
        folder = numba.config.CACHE_DIR or user_cache_dir("fairlead-kernels")
        return str(Path(folder) / _digest()[:16])

    def get_source_stamp(self) -> str:
        return _digest()

    def get_disambiguator(self) -> str:
        return self._name

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> "_Locator":
        return cls(function.__name__)


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]  # as above
    _locator_classes = [_Locator]  # noqa: RUF012  # numba's own is a list, too


class _Cache(FunctionCache):  # type: ignore[misc]  # as above
    _impl_class = _Impl

    def save_overload(self, signature: Any, data: Any) -> None:
        try:
            super().save_overload(signature, data)
        except OSError:
            pass  # what cannot be kept is compiled again by the next process


def kernel(*signatures: Any, nogil: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function for these signatures and no other, from the cache where it is there."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        if numba.config.DISABLE_JIT:
            return function
        dispatcher = numba.njit(nogil=nogil)(function)
        dispatcher._cache = _Cache(function)  # numba has no public way to a cache that may be read-only
        for signature in signatures:
            dispatcher.compile(signature)
        dispatcher.disable_compile()
        return dispatcher  # type: ignore[no-any-return]  # as above

    return compiled
