"""Every error that a caller can meet: its wire code, HTTP status and stable problem type (RFC 9457)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from fairlead_contracts.values import Message

TYPE_PREFIX = "urn:fairlead:problem:"
_SHOWN, _STEP = 20, 100
"""Places that an answer names at most, and characters of each step to one: senders choose the names of fields."""


class FieldError(Message):
    """One place in a request that is wrong: a JSON pointer, and what is expected there."""

    pointer: str
    detail: str


class Problem(Message):
    """The body of an error, `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()


class FairleadError(Exception):
    """The root: catch it to catch everything that Fairlead refuses."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)

    def problem(self, instance: str | None = None) -> Problem:
        """This error as the body that goes back; `instance` is the request id."""
        kind = type(self)
        return Problem(
            type=TYPE_PREFIX + kind.code,
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            code=kind.code,
            instance=instance,
            errors=self.errors,
        )


class InternalError(FairleadError):
    """A bug or a broken part; the log has it under the request id."""

    def __init__(self) -> None:
        super().__init__("Something went wrong inside Fairlead. The log has the cause under this request id.")


class MalformedRequestError(FairleadError):
    """The request is not HTTP as it is spoken here; the connection ends."""

    code, status, title = "malformed-request", 400, "Malformed request"


class MalformedBodyError(FairleadError):
    """The body is not the JSON that it should be, or nested too deeply."""

    code, status, title = "malformed-body", 400, "Malformed body"


class InvalidRequestError(FairleadError):
    """Fields are missing, unknown or of the wrong form; `errors` says which."""

    code, status, title = "invalid-request", 422, "Invalid request"

    @classmethod
    def at(cls, places: Iterable[Mapping[str, Any]], given: Any = None) -> "InvalidRequestError":
        """From pydantic's error places in what was given. The rejected values stay out of the answer."""
        errors = [FieldError(pointer=_pointer(_steps(place, given)), detail=str(place["msg"])) for place in places]
        named = ", ".join(error.pointer or "the body" for error in errors[:_SHOWN])
        more = f" and {len(errors) - _SHOWN} more places" if len(errors) > _SHOWN else ""
        return cls(f"The request is not valid at {named}{more}.", errors[:_SHOWN])


def _pointer(steps: Iterable[Any]) -> str:
    # RFC 6901, section 3: ~ and / within a step are escaped.
    return "".join("/" + str(step)[:_STEP].replace("~", "~0").replace("/", "~1") for step in steps)


def _steps(place: Mapping[str, Any], given: Any) -> list[str | int]:
    # Within a tagged union pydantic names the tag as a step; in what was given there is no such step.
    steps: list[str | int] = []
    loc: Sequence[str | int] = place["loc"]
    for at, step in enumerate(loc, 1):
        missing = at == len(loc) and place["type"] == "missing"
        if isinstance(given, Mapping) and step not in given and not missing:
            continue
        steps.append(step)
        given = given.get(step) if isinstance(given, Mapping) else _item(given, step)
    return steps


def _item(given: Any, step: str | int) -> Any:
    fits = isinstance(given, list | tuple) and isinstance(step, int) and step < len(given)
    return given[step] if fits else None


class UnauthenticatedError(FairleadError):
    """No token, an unknown one, an expired one or a revoked one."""

    code, status, title = "unauthenticated", 401, "Not authenticated"


class ForbiddenError(FairleadError):
    """Policy does not allow it; the detail names the missing permission."""

    code, status, title = "forbidden", 403, "Not allowed"


class NotFoundError(FairleadError):
    """There is no such object, or none that the caller may know of."""

    code, status, title = "not-found", 404, "Not found"


class MethodNotAllowedError(FairleadError):
    """This path takes other methods; the header `Allow` names them."""

    code, status, title = "method-not-allowed", 405, "Method not allowed"


class RequestTimeoutError(FairleadError):
    """The request did not come whole in time; the connection ends."""

    code, status, title = "request-timeout", 408, "Request too slow"


class AlreadyExistsError(FairleadError):
    """The name is taken."""

    code, status, title = "already-exists", 409, "Already exists"


class ConflictError(FairleadError):
    """Others changed the same object at the same time, and won; read it again and retry."""

    code, status, title = "conflict", 409, "Conflict"


class RefusedError(FairleadError):
    """A rule of the domain does not allow this in the state that things are in."""

    code, status, title = "refused", 409, "Refused"


class StaleError(FairleadError):
    """`If-Match` named a state that is no longer the newest."""

    code, status, title = "stale", 412, "Changed in the meantime"


class TooLargeError(FairleadError):
    """A body, a field or a file is over its limit."""

    code, status, title = "too-large", 413, "Too large"


class DigestMismatchError(FairleadError):
    """The bytes that arrived are not the ones that were announced."""

    code, status, title = "digest-mismatch", 422, "Digest does not match"


class UnreadableArtifactError(FairleadError):
    """No installed adapter reads these files, or the files are damaged."""

    code, status, title = "unreadable-artifact", 422, "Unreadable artifact"


class InvalidTableError(FairleadError):
    """A table does not fit: columns, types, rows or values."""

    code, status, title = "invalid-table", 422, "Table does not fit"


class RateLimitedError(FairleadError):
    """Too many requests; wait and retry."""

    code, status, title = "rate-limited", 429, "Too many requests"


class HeadersTooLargeError(FairleadError):
    """The head of a request is over its limit; the connection ends."""

    code, status, title = "headers-too-large", 431, "Headers too large"


class UnavailableError(FairleadError):
    """A part that is needed does not answer at the moment; retry."""

    code, status, title = "unavailable", 503, "Temporarily unavailable"


class ModelFailedError(FairleadError):
    """The model ended, or broke what it owes, in the middle of a request; the rows may be what it fails at."""

    code, status, title = "model-failed", 503, "The model failed"


class ModelTimeoutError(FairleadError):
    """The model did not answer within its limit of time."""

    code, status, title = "model-timeout", 504, "The model did not answer in time"


class LowDiskError(FairleadError):
    """Free disk is below `min_free`, so nothing is written."""

    code, status, title = "low-disk", 507, "Disk nearly full"


class UnderWayError(FairleadError):
    """The change takes longer than a request and goes on. Ask again with the same operation id for its outcome."""

    code, status, title = "under-way", 202, "Under way"


class OutcomeUnknownError(FairleadError):
    """No answer in time: the change may or may not have happened. Ask about its operation id."""

    code, status, title = "outcome-unknown", 202, "Outcome unknown"


ERRORS: tuple[type[FairleadError], ...] = (
    InternalError, MalformedBodyError, InvalidRequestError, UnauthenticatedError, ForbiddenError, NotFoundError,
    AlreadyExistsError, ConflictError, RefusedError, StaleError, TooLargeError, DigestMismatchError,
    UnreadableArtifactError, InvalidTableError, RateLimitedError, UnavailableError, LowDiskError, OutcomeUnknownError,
    UnderWayError, MalformedRequestError, MethodNotAllowedError, RequestTimeoutError, HeadersTooLargeError,
    ModelFailedError, ModelTimeoutError,
)  # fmt: skip


def from_problem(problem: Problem) -> FairleadError:
    """The error that a problem stands for, to raise again on the caller's side."""
    known = {kind.code: kind for kind in ERRORS}
    kind = known.get(problem.code, FairleadError)
    error = kind.__new__(kind)
    FairleadError.__init__(error, problem.detail, problem.errors)
    return error
