"""LightGBM's C library, called without its Python package: importing that takes longer than loading a model.

The functions are those of LightGBM/c_api.h.
"""

import ctypes
import functools
import threading
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_FLOAT64, _NORMAL, _CONTRIBUTIONS, _ALL = 1, 0, 3, -1
_OPTIONS = b"num_threads=1 verbosity=-1"


class LightGBMError(Exception):
    """LightGBM's own message."""


class Booster:
    """A model in the library, freed with this object. It may be called from several threads at once."""

    def __init__(self, text: str, width: int, scores: int) -> None:
        self._handle, rounds = ctypes.c_void_p(), ctypes.c_int()
        _call("LGBM_BoosterLoadModelFromString", text.encode(), ctypes.byref(rounds), ctypes.byref(self._handle))
        self._width, self._scores = width, scores
        self._one, self._prepared = threading.Lock(), ctypes.c_void_p()
        _call(
            "LGBM_BoosterPredictForMatSingleRowFastInit", self._handle, _NORMAL, 0, _ALL, _FLOAT64, width, _OPTIONS,
            ctypes.byref(self._prepared),
        )  # fmt: skip
        weakref.finalize(self, _free, self._handle, self._prepared)

    def score(self, matrix: Array) -> Array:
        """Scores of a float64 matrix whose columns are contiguous: (rows, scores). Raises: LightGBMError."""
        # A single row has its own way in, which only one thread at a time may take.
        if len(matrix) == 1 and self._one.acquire(blocking=False):
            try:
                found, size = np.empty((1, self._scores)), ctypes.c_int64()
                place = ctypes.c_void_p(found.ctypes.data)
                data = ctypes.c_void_p(matrix.ctypes.data)
                _call("LGBM_BoosterPredictForMatSingleRowFast", self._prepared, data, ctypes.byref(size), place)
                return found
            finally:
                self._one.release()
        return self._predicted(matrix, _NORMAL, self._scores)

    def contributions(self, matrix: Array) -> Array:
        """(rows, scores, columns + 1), the bias last. Raises: LightGBMError."""
        found = self._predicted(matrix, _CONTRIBUTIONS, self._scores * (self._width + 1))
        return found.reshape(len(matrix), self._scores, self._width + 1)

    def _predicted(self, matrix: Array, kind: int, values: int) -> Array:
        found, size = np.empty((len(matrix), values)), ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat", self._handle, ctypes.c_void_p(matrix.ctypes.data), _FLOAT64, len(matrix),
            self._width, 0, kind, 0, _ALL, _OPTIONS, ctypes.byref(size), ctypes.c_void_p(found.ctypes.data),
        )  # fmt: skip
        if size.value != found.size:
            raise LightGBMError("another number of scores")
        return found


def _free(handle: ctypes.c_void_p, prepared: ctypes.c_void_p) -> None:
    _call("LGBM_FastConfigFree", prepared)
    _call("LGBM_BoosterFree", handle)


@functools.cache
def _library() -> ctypes.CDLL:
    spec = find_spec("lightgbm")
    if spec is None or spec.origin is None:
        raise LightGBMError("LightGBM is not installed")
    found = sorted((Path(spec.origin).parent / "lib").glob("lib_lightgbm.*"))
    library = ctypes.CDLL(str(found[0]))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _call(function: str, *given: Any) -> None:
    library = _library()
    if getattr(library, function)(*given) != 0:
        raise LightGBMError(library.LGBM_GetLastError().decode(errors="replace"))
