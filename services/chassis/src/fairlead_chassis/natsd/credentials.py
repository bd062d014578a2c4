"""What a user shows to nats-server: a JWT and the seed to sign with. And how the deployer makes it for a replica."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.names import Name
from pydantic import TypeAdapter, ValidationError

from fairlead_chassis.natsd import jwt
from fairlead_chassis.natsd.errors import RESTORE, DamagedKeysError
from fairlead_chassis.natsd.nkey import Key, Kind

_NAME: TypeAdapter[str] = TypeAdapter(Name)


_PARTS = re.compile(r"-----BEGIN NATS USER JWT-----\s+(\S+)\s.*-----BEGIN USER NKEY SEED-----\s+(\S+)\s", re.DOTALL)


@dataclass(frozen=True)
class Credentials:
    """A user: the JWT that says who it is, and the key that proves it."""

    token: str
    key: Key

    @classmethod
    def make(cls, name: str, account: str, role: Key) -> "Credentials":
        """A new user of `account`, with the rights of the role that `role` signs for."""
        key = Key.make(Kind.USER)
        return cls(jwt.encode(jwt.user(key.public, name, account), role), key)

    @classmethod
    def load(cls, path: Path) -> "Credentials":
        """Read a credentials file, in the form that NATS's own tools use too."""
        try:
            match = _PARTS.search(path.read_text())
        except (OSError, ValueError) as error:
            raise DamagedKeysError(f"{path} is missing or not readable.", RESTORE) from error
        if not match:
            raise DamagedKeysError(f"{path} holds no NATS credentials.", RESTORE)
        return cls(token=match[1], key=Key.read(match[2]))

    @property
    def name(self) -> str:
        """Whose they are: a service's name, `admin`, or a replica's."""
        return jwt.name_in(self.token)

    def dump(self) -> str:
        """The text of such a file."""
        return (
            f"-----BEGIN NATS USER JWT-----\n{self.token}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{self.key.seed}\n------END USER NKEY SEED------\n"
        )


@dataclass(frozen=True)
class ReplicaSigner:
    """Makes users for replicas and can make no others: nats-server holds each to the role of the key that signed."""

    account: str
    key: Key = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> "ReplicaSigner":
        """Read the file that `Keys.replica_signer` names."""
        try:
            held = json.loads(path.read_text())
            signer = cls(account=held["account"], key=Key.read(held["seed"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedKeysError(f"{path} is missing or not readable.", RESTORE) from error
        return signer

    def dump(self) -> str:
        """The text of that file."""
        return json.dumps({"account": self.account, "seed": self.key.seed})

    def credentials(self, replica: str) -> Credentials:
        """A user for one replica. Its name goes into the subjects that it may use."""
        try:
            _NAME.validate_python(replica)
        except ValidationError as error:
            raise InvalidRequestError("A replica needs a name of lower-case letters, digits and hyphens.") from error
        return Credentials.make(replica, self.account, self.key)
