"""Why an installation does not start or take a data directory."""

import errno
from pathlib import Path

from fairlead_contracts.errors import FairleadError

_ADVICE = {
    errno.ENOSPC: "Free some space.",
    errno.EDQUOT: "Free some space.",
    errno.EROFS: "Choose a directory on another file system with --home.",
    errno.EACCES: "Make it this user's, or choose another directory with --home.",
    errno.EPERM: "Make it this user's, or choose another directory with --home.",
}
_OTHERWISE = "Move it away, or choose another directory with --home."


class CannotStartError(FairleadError):
    """It cannot start as things are; the text says why and what to do."""

    code, status, title = "cannot-start", 503, "Cannot start"


def of_system(error: OSError, home: Path) -> CannotStartError:
    """What the operating system refused, and what to do about it."""
    where, why = error.filename or home, error.strerror or str(error) or type(error).__name__
    return CannotStartError(f"{where}: {why}. {_ADVICE.get(error.errno or 0, _OTHERWISE)}")
