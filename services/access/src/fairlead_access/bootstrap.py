"""At each start: the shipped policy, the project `default`, the local admin with a token in a file, where they are
missing; and whether the operator vouches for nats-server, where that changed.

Each step looks at what is there already, so a crash between any two is repaired by the next start.
"""

import os
from pathlib import Path

from fairlead_chassis.bootstrap import append_as_service
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.identity import mint
from fairlead_chassis.policy import shipped
from fairlead_contracts.errors import UnauthenticatedError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.access import PolicyApplied, ProjectCreated, RoleBound, TokenCreated, UserCreated
from fairlead_contracts.facts.installation import SyncAssumed
from fairlead_contracts.names import EVERYWHERE, GLOBAL, digest_of

from fairlead_access.administrators import ROLE, administrators
from fairlead_access.view import exists

ADMIN, DEFAULT = "user:admin", "default"


async def bootstrap(chassis: Chassis) -> None:
    """Make what is missing, then nothing more."""
    for name, fact in _missing(chassis):
        await append_as_service(chassis, fact, GLOBAL, name)
    await _admin_token(chassis)


def _missing(chassis: Chassis) -> list[tuple[str, Fact]]:
    access, found = chassis.access, list[tuple[str, Fact]]()
    if access.db.execute("SELECT 1 FROM policies").fetchone() is None:
        model, rules = shipped.text(shipped.MODEL), shipped.text(shipped.RULES)
        digest = digest_of((model + "\0" + rules).encode())
        found.append(("policy", PolicyApplied(model=model, rules=rules, digest=digest)))
    if not exists(access, "projects", "name", DEFAULT):
        found.append((DEFAULT, ProjectCreated(project=DEFAULT, description="The project that is there from the start")))
    if not exists(access, "users", "principal", ADMIN):
        found.append((ADMIN, UserCreated(principal=ADMIN)))
    # Only where nobody administers: a role that was taken from the first administrator stays taken.
    if not administrators(access) and ROLE not in access.roles(ADMIN, EVERYWHERE):
        found.append((ROLE, RoleBound(principal=ADMIN, role=ROLE, domain=EVERYWHERE)))
    if chassis.settings.assume_sync != chassis.part.sync_assumed:
        found.append(("nats", SyncAssumed(assumed=chassis.settings.assume_sync)))
    return found


async def _admin_token(chassis: Chassis) -> None:
    path = chassis.home / "keys" / "admin.token"
    if path.exists() and _works(chassis, path.read_text().strip()):
        return
    id_, whole, secret_hash = mint()
    temporary = path.with_name(".admin.token")
    temporary.unlink(missing_ok=True)
    _write_private(temporary, whole)
    fact = TokenCreated(token=id_, principal=ADMIN, secret_hash=secret_hash, label="local admin")
    await append_as_service(chassis, fact, GLOBAL, ADMIN)
    temporary.replace(path)


def _works(chassis: Chassis, token: str) -> bool:
    try:
        chassis.access.authenticate(token)
    except UnauthenticatedError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
