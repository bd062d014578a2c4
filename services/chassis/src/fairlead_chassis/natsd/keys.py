"""The keys of one Fairlead: an operator, its accounts, a signing key for each role, credentials for each service.

Made once, under `<home>/keys/nats`, readable by their owner alone. What a user may do stands not in its credentials
but with its role, in the account's JWT, which is signed anew at each start: a change of the table holds at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairlead_chassis.natsd.credentials import Credentials, ReplicaSigner
from fairlead_chassis.natsd.errors import RESTORE, DamagedKeysError
from fairlead_chassis.natsd.nkey import Key, Kind
from fairlead_chassis.natsd.permissions import ADMIN, REPLICA, SERVICES, Grant
from fairlead_chassis.natsd.private_files import make_directory_once, write_once

_SIGNER = "replica-signer.json"


@dataclass(frozen=True)
class Keys:
    """Every key, and where its file is. `roles` holds the signing key of each service, the admin and the replicas."""

    directory: Path
    operator: Key = field(repr=False)
    system: Key = field(repr=False)
    fairlead: Key = field(repr=False)
    replicas: Key = field(repr=False)
    roles: Mapping[str, Key] = field(repr=False)
    services: Mapping[str, Grant] = field(repr=False)

    def credentials(self, user: str) -> Path:
        """The credentials file of a service, or of the admin."""
        return self.directory / f"{user}.creds"

    @property
    def replica_signer(self) -> Path:
        """The file with which the deployer, and only it, makes users for replicas."""
        return self.directory / _SIGNER


def ensure_keys(home: Path, services: Mapping[str, Grant] = SERVICES) -> Keys:
    """The keys under `home`, made at the first call. A service that is new in `services` gets its own then."""
    directory = home / "keys" / "nats"
    if not directory.is_dir():
        make_directory_once(directory, _roots())
    roots = {name: _read(directory / f"{name}.seed") for name in ("operator", "system", "fairlead", "replicas")}
    roles = {name: _role(directory, name) for name in (*services, ADMIN, REPLICA)}
    keys = Keys(directory=directory, roles=roles, services=services, **roots)
    for user in (*services, ADMIN):
        if not keys.credentials(user).exists():
            write_once(keys.credentials(user), Credentials.make(user, keys.fairlead.public, roles[user]).dump())
    if not keys.replica_signer.exists():
        write_once(keys.replica_signer, ReplicaSigner(keys.replicas.public, roles[REPLICA]).dump())
    return keys


def _roots() -> dict[str, str]:
    accounts = {name: Kind.ACCOUNT for name in ("system", "fairlead", "replicas")}
    return {f"{name}.seed": Key.make(kind).seed for name, kind in {"operator": Kind.OPERATOR, **accounts}.items()}


def _role(directory: Path, name: str) -> Key:
    path = directory / f"role-{name}.seed"
    if not path.exists():
        write_once(path, Key.make(Kind.ACCOUNT).seed)
    return _read(path)


def _read(path: Path) -> Key:
    try:
        return Key.read(path.read_text())
    except OSError as error:
        raise DamagedKeysError(f"{path} is missing or not readable.", RESTORE) from error
