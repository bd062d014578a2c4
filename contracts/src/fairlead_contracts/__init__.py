"""What every part of Fairlead shares: operations, facts, messages, errors and plugin hooks.

A plugin needs nothing else of Fairlead.
"""

from fairlead_contracts.hookspecs import hookimpl

__all__ = ["hookimpl"]
