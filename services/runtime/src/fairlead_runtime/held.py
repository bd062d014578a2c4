"""Holding a model's answer to its signature."""

from collections.abc import Mapping
from typing import Any

import numpy as np

_KINDS = {"FP64": "fiu", "INT64": "iu", "BOOL": "b", "BYTES": "OU"}
"""The kinds of numpy arrays that are taken for each datatype of a signature."""


class ContractBrokenError(Exception):
    """The model's answer is not what its signature says; a caller sees an internal error."""


def held(given: object, datatypes: Mapping[str, str], rows: int) -> "dict[str, np.ndarray[Any, Any]]":
    """The answer's arrays, in the signature's order. Raises: ContractBrokenError saying what is wrong with it."""
    if not isinstance(given, Mapping):
        raise ContractBrokenError("the model gives no table")
    if given.keys() != datatypes.keys():
        raise ContractBrokenError(f"the model does not give {', '.join(datatypes)}, and nothing else")
    table = {name: np.asarray(given[name]) for name in datatypes}
    for name, datatype in datatypes.items():
        if table[name].shape != (rows,) or table[name].dtype.kind not in _KINDS[datatype]:
            raise ContractBrokenError(f"the model's {name} is not {rows} values of {datatype}")
    return table
