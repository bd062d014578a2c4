"""How much, how many and how long: what a server bears from one client and from all."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bytes, counts and seconds. Beyond them a client is told so, and its connection ends."""

    head: int = 32 * 1024
    fields: int = 100
    body: int = 64 * 1024 * 1024
    buffered: int = 512 * 1024 * 1024
    """Bytes of bodies that are not complete yet, of all connections together."""
    connections: int = 4_096
    pipelined: int = 8
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    body_rate: int = 64 * 1024
    """Bytes a second: a body has `body_seconds` and what its size takes at this rate."""
    idle_seconds: float = 75.0
    unread_seconds: float = 30.0
    """How long a client may leave an answer unread."""
    linger_seconds: float = 2.0
    """How long what a refused client still sends is read and dropped, so that it sees the refusal and not a reset."""
