"""From a column of Arrow to the type and values that a table has it in."""

from typing import TYPE_CHECKING, Any

from fairlead_contracts.adapters import Datatype
from fairlead_contracts.errors import InvalidTableError

if TYPE_CHECKING:
    import numpy as np

INT64_MAX = 2**63 - 1


def column_of(values: Any, name: str) -> "tuple[Datatype, np.ndarray[Any, Any]]":
    """The protocol's type of an Arrow column, and its values as a table has them.

    Whole numbers with missing ones are FP64; texts, and truth values with missing ones, are BYTES.
    Raises: InvalidTableError naming a column of another type.
    """
    import numpy as np
    import pyarrow.compute as pc
    import pyarrow.types as types

    kind = values.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind) and values.null_count == 0:
        return "BOOL", values.to_numpy(zero_copy_only=False).astype(np.bool_)
    if types.is_uint64(kind) and values.null_count < len(values) and pc.max(values).as_py() > INT64_MAX:
        raise InvalidTableError(f"Column {name} holds whole numbers over {INT64_MAX}; give them as floats or texts.")
    if types.is_integer(kind) and values.null_count == 0:
        return "INT64", values.to_numpy().astype(np.int64)
    if types.is_floating(kind) or types.is_integer(kind):
        return "FP64", values.to_numpy(zero_copy_only=False).astype(np.float64)
    texts_or_none = (types.is_string, types.is_large_string, types.is_string_view, types.is_boolean, types.is_null)
    if any(fits(kind) for fits in texts_or_none):
        texts = [None if each is None else str(each) for each in values.to_pylist()]
        return "BYTES", np.array(texts, dtype=object)
    raise InvalidTableError(f"Column {name} is of type {values.type}; numbers, texts and truth values can be profiled.")
