"""Closed hours of predictions: immutable Parquet files in the object store, named by their digest, read by DuckDB."""
