"""What can be wrong with the bus before anything of Fairlead runs on it. Each says what to do next."""

from fairlead_contracts.errors import FairleadError

RESTORE = "Restore the key files from a backup."


class BusError(FairleadError):
    """The root: the bus cannot be used as it is. `what` is wrong, and `remedy` is what to do."""

    code, status, title = "bus-unfit", 503, "The bus cannot be used"

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class ServerNotFoundError(BusError):
    """No nats-server program is installed."""

    code, title = "nats-server-not-found", "nats-server not found"


class ServerTooOldError(BusError):
    """nats-server is older than what Fairlead relies on."""

    code, title = "nats-server-too-old", "nats-server too old"


class ServerNotReadyError(BusError):
    """nats-server ended, or did not answer in time."""

    code, title = "nats-server-not-ready", "nats-server not ready"


class UnsafeSyncError(BusError):
    """nats-server acknowledges writes before they are on the disk, or nobody can tell."""

    code, title = "nats-server-unsafe-sync", "nats-server does not sync every write"


class StreamMismatchError(BusError):
    """A stream is missing, or is not as Fairlead makes it."""

    code, title = "stream-mismatch", "Stream differs"


class DamagedKeysError(BusError):
    """A key file is missing or unreadable."""

    code, title = "keys-damaged", "NATS keys damaged"


class CredentialsRefusedError(BusError):
    """nats-server does not accept these credentials."""

    code, title = "credentials-refused", "Credentials refused by the bus"


class UnreachableError(BusError):
    """No nats-server answers at this address."""

    code, title = "bus-unreachable", "The bus does not answer"
