"""XGBoost's C library, called without its Python package: importing that takes longer than loading a model.

The functions are those of xgboost/c_api.h, whose signatures XGBoost keeps from release to release.
"""

import ctypes
import functools
import json
import math
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_VALUE, _MARGIN, _CONTRIBUTIONS = 0, 1, 2


class XGBoostError(Exception):
    """XGBoost's own message."""


class Booster:
    """A model in the library, freed with this object.

    `score_in_place` may be called from several threads at once, the other methods not.
    """

    def __init__(self, model: bytes) -> None:
        self._handle = ctypes.c_void_p()
        _call("XGBoosterCreate", None, ctypes.c_uint64(0), ctypes.byref(self._handle))
        weakref.finalize(self, _call, "XGBoosterFree", self._handle)
        _call("XGBoosterSetParam", self._handle, b"nthread", b"1")
        _call("XGBoosterLoadModelFromBuffer", self._handle, model, ctypes.c_uint64(len(model)))

    def score_in_place(self, matrix: Array, missing: float, rounds: tuple[int, int], *, margin: bool) -> Array:
        """Scores of a float32 matrix, any order: (rows,) or (rows, classes), float32. Raises: XGBoostError."""
        config = _config(_MARGIN if margin else _VALUE, rounds, missing)
        return self._predicted("XGBoosterPredictFromDense", _interface(matrix), config, None)

    def score(self, matrix: Array, missing: float, *, margin: bool) -> Array:
        """As `score_in_place`, for boosters that need the rows in a form of their own."""
        return self._rows(matrix, missing, _config(_MARGIN if margin else _VALUE, (0, 0), None))

    def contributions(self, matrix: Array, missing: float, rounds: tuple[int, int]) -> Array:
        """(rows, columns + 1) or (rows, classes, columns + 1), the bias last. Raises: XGBoostError."""
        return self._rows(matrix, missing, _config(_CONTRIBUTIONS, rounds, None))

    def _rows(self, matrix: Array, missing: float, config: bytes) -> Array:
        rows = ctypes.c_void_p()
        options = json.dumps({"missing": missing, "nthread": 1}).encode()
        _call("XGDMatrixCreateFromDense", _interface(matrix), options, ctypes.byref(rows))
        try:
            return self._predicted("XGBoosterPredictFromDMatrix", rows, config)
        finally:
            _call("XGDMatrixFree", rows)

    def _predicted(self, function: str, *given: Any) -> Array:
        shape, dimensions = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64()
        result = ctypes.POINTER(ctypes.c_float)()
        out = (ctypes.byref(shape), ctypes.byref(dimensions), ctypes.byref(result))
        _call(function, self._handle, *given, *out)
        sizes = tuple(shape[: dimensions.value])
        # The memory is the library's, and is overwritten by this thread's next call.
        copied = ctypes.string_at(result, 4 * math.prod(sizes))
        return np.frombuffer(copied, dtype=np.float32).astype(np.float64).reshape(sizes)


def _interface(matrix: Array) -> bytes:
    place, _ = matrix.__array_interface__["data"]
    shape, strides = list(matrix.shape), list(matrix.strides)
    return f'{{"data":[{place},true],"shape":{shape},"strides":{strides},"typestr":"<f4","version":3}}'.encode()


@functools.lru_cache(maxsize=256)
def _config(kind: int, rounds: tuple[int, int], missing: float | None) -> bytes:
    asked = {"type": kind, "training": False, "iteration_begin": rounds[0], "iteration_end": rounds[1]}
    # NaN is what the library's JSON reader takes for it; `missing` is for rows that it has not seen yet.
    in_place = {} if missing is None else {"missing": missing, "cache_id": 0}
    return json.dumps({**asked, "strict_shape": False, **in_place}).encode()


@functools.cache
def _library() -> ctypes.CDLL:
    spec = find_spec("xgboost")
    if spec is None or spec.origin is None:
        raise XGBoostError("XGBoost is not installed")
    found = sorted((Path(spec.origin).parent / "lib").glob("libxgboost.*"))
    library = ctypes.CDLL(str(found[0]))
    library.XGBGetLastError.restype = ctypes.c_char_p
    return library


def _call(function: str, *given: Any) -> None:
    library = _library()
    if getattr(library, function)(*given) != 0:
        raise XGBoostError(library.XGBGetLastError().decode(errors="replace"))
