"""Who asks: the bearer token of a request, or the console's cookie."""

import re
from collections.abc import Mapping

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import UnauthenticatedError

_SCHEME = "bearer "
_FORM = re.compile(r"fl_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")
_PATIENCE = 1.0


def bearer(headers: Mapping[str, str]) -> str:
    """The token of the Authorization header. Raises: UnauthenticatedError when there is none."""
    value = headers.get("authorization", "")
    if value[: len(_SCHEME)].lower() != _SCHEME:
        raise UnauthenticatedError(
            "Send your token as `Authorization: Bearer TOKEN`; `fairlead token create` makes one."
        )
    return value[len(_SCHEME) :].strip()


async def principal_of(chassis: Chassis, headers: Mapping[str, str]) -> str:
    """The principal of the token. Raises: UnauthenticatedError for a missing, unknown, expired or revoked one."""
    return await authenticated(chassis, bearer(headers))


async def authenticated(chassis: Chassis, token: str) -> str:
    """The principal of a token; one that was made a moment ago is waited for. Raises: UnauthenticatedError."""
    try:
        return chassis.access.authenticate(token)
    except UnauthenticatedError:
        if not _FORM.fullmatch(token):
            raise
        await chassis.view.reach(await chassis.ledger.tail(), _PATIENCE)
        return chassis.access.authenticate(token)
