"""What the headers of a request ask for: an operation id, a state to start from, a state to be answered from."""

import re
from collections.abc import Mapping

from fairlead_contracts.errors import InvalidRequestError, StaleError
from fairlead_contracts.messages import AT_LEAST_HEADER, IF_MATCH_HEADER, OPERATION_ID_HEADER
from fairlead_contracts.names import OPERATION_ID_PATTERN, uuid7

Headers = Mapping[str, str]
_DIGITS = 18
_ID = re.compile(OPERATION_ID_PATTERN.strip("^$"))


def operation_id(headers: Headers) -> str:
    """The caller's operation id, else a new one. Raises: InvalidRequestError."""
    given = headers.get(OPERATION_ID_HEADER)
    if given is None:
        return uuid7()
    if not _ID.fullmatch(given):
        raise InvalidRequestError("An operation id has 1 to 128 of the characters A-Z a-z 0-9 . _ : -")
    return given


def at_least(headers: Headers) -> int:
    """The ledger sequence that the answer must hold; 0 when any will do. Raises: InvalidRequestError."""
    text = headers.get(AT_LEAST_HEADER, "0")
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise InvalidRequestError(f"{AT_LEAST_HEADER} is a ledger sequence, a whole number.")
    return int(text)


def require_match(headers: Headers, sequence: int) -> None:
    """Hold `If-Match` (RFC 9110, section 13.1.1) against the aggregate's newest message; 0: there is no aggregate.

    Raises: StaleError when none of its tags is the aggregate's, or it wants one where there is none.
    """
    asked = headers.get(IF_MATCH_HEADER)
    if asked is None:
        return
    tags = [tag.strip() for tag in asked.split(",")]
    # A weak tag never matches. The bare number is what a client that reads `sequence` from an answer sends.
    if sequence == 0 or not {"*", f'"{sequence}"', str(sequence)}.intersection(tags):
        raise StaleError("The object changed since you read it (If-Match); read it again.")
