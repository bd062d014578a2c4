"""Logs: JSON lines, or prose on a terminal; with service, request and operation; never a secret."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"fl_[0-9a-f]{8,32}_[A-Za-z0-9_-]+")
_HIDDEN = frozenset(("token", "secret", "authorization", "password", "cookie", "seed", "body"))


def configure(service: str) -> None:
    """Set up the logs of this process, once."""
    pretty = sys.stderr.isatty()
    last: Any = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            redacted,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)


def redacted(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out: fields that are named so, and anything that looks like a token."""
    for key, value in event.items():
        if key.lower() in _HIDDEN:
            event[key] = "[hidden]"
        elif isinstance(value, str):
            event[key] = _TOKEN.sub("[token]", value)
    return event
