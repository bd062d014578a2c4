"""Operations under way: their ids stand on no ledger yet, and must still not be used for anything else."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from fairlead_contracts.errors import InvalidRequestError


@dataclass
class _Running:
    request: str
    tries: int = 0


class UnderWay:
    """What this copy is working on, by principal and operation id."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], _Running] = {}

    @contextlib.contextmanager
    def held(self, principal: str, operation_id: str, request: str) -> Iterator[None]:
        """Hold an id for a request; other tries of the same request may hold it too.

        Raises: InvalidRequestError when another request holds it.
        """
        key = (principal, operation_id)
        running = self._running.setdefault(key, _Running(request))
        if running.request != request:
            raise used_already()
        running.tries += 1
        try:
            yield
        finally:
            running.tries -= 1
            if not running.tries:
                del self._running[key]


def used_already() -> InvalidRequestError:
    """An operation id stands for one request, for as long as it is remembered."""
    return InvalidRequestError("This operation id was used for another request; take a new one.")
