"""Actuals in bulk: from a CSV, Parquet or JSON lines file, or a table, row by row with its line."""

from fairlead_cli.actuals.importing import Imported, import_file
from fairlead_cli.actuals.rows import Columns

__all__ = ["Columns", "Imported", "import_file"]
