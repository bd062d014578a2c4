"""What to do next after an error, where the error itself does not say."""

from fairlead_contracts.errors import (
    ConflictError,
    FairleadError,
    ForbiddenError,
    InternalError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    StaleError,
    UnauthenticatedError,
)

_ADVICE: dict[type[FairleadError], str] = {
    UnauthenticatedError: (
        "An administrator makes you a new token with `fairlead token create user:YOU`; give it with FAIRLEAD_TOKEN."
    ),
    ForbiddenError: (
        "`fairlead principal get` tells your roles; an administrator gives one with `fairlead binding create`."
    ),
    NotFoundError: "`fairlead model list` and `fairlead deployment list` show what there is in the project.",
    ConflictError: "Others changed it at the same moment: look at it again, then repeat the command.",
    StaleError: "Look at it again, then repeat the command.",
    RateLimitedError: "Wait a few seconds, then repeat the command.",
    OutcomeUnknownError: "`fairlead operation get ID` tells what became of it.",
    InternalError: "`fairlead doctor` checks the installation; the logs are in its data directory.",
}


def after(error: FairleadError) -> str | None:
    """One line of advice; none where the error's own text says what to do."""
    if "`fairlead " in error.detail:
        return None
    return _ADVICE.get(type(error))
