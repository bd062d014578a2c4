"""Registering a model: a live one, or its files, with the training data that its baseline is computed from."""

from fairlead_cli.register.version import register

__all__ = ["register"]
