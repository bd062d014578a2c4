"""Telemetry to windows: health, drift, data quality, accuracy."""
