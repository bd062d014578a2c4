"""Whatever holds columns, as columns: a mapping of arrays, pandas, and all that speaks Arrow's C interface.

What is already numbers in memory is looked at where it lies; nothing here imports pandas, polars or pyarrow.
"""

from collections.abc import Mapping
from typing import Any

from fairlead_drift.tables.chunks import Column
from fairlead_drift.tables.columns import column_of

__all__ = ["Column", "column_of", "columns_of"]


def columns_of(table: Any) -> dict[str, Column]:
    """The columns of a mapping of name to array, a data frame, or an Arrow table.

    Raises: InvalidTableError for a table or a column that cannot be read.
    """
    if isinstance(table, Mapping):
        return {str(name): column_of(str(name), values) for name, values in table.items()}
    if hasattr(table, "iloc"):  # pandas: its frames speak Arrow too, but only by copying what numpy holds
        return {str(name): column_of(str(name), table[name]) for name in table.columns}
    from fairlead_drift.tables.arrow import columns_of_stream

    return columns_of_stream(table)
