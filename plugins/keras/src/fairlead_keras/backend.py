"""Keras with the backend that is there: it is chosen before Keras is imported, and never again."""

import importlib
import importlib.util
import os
from typing import Any

_BACKENDS = ("tensorflow", "jax", "torch")


def prepared() -> Any:
    """The module `keras`; KERAS_BACKEND chooses where it is set. Raises: ImportError."""
    if "KERAS_BACKEND" not in os.environ:
        found = next((each for each in _BACKENDS if importlib.util.find_spec(each) is not None), None)
        if found is None:
            raise ImportError("no backend of Keras is installed")
        os.environ["KERAS_BACKEND"] = found
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return importlib.import_module("keras")
