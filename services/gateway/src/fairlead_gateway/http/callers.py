"""Who asks: the bearer token of a request, or the console's cookie."""

from collections.abc import Mapping

from fairlead_chassis.run import Chassis
from fairlead_contracts.errors import UnauthenticatedError

_SCHEME = "bearer "


def bearer(headers: Mapping[str, str]) -> str:
    """The token of the Authorization header. Raises: UnauthenticatedError when there is none."""
    value = headers.get("authorization", "")
    if value[: len(_SCHEME)].lower() != _SCHEME:
        raise UnauthenticatedError(
            "Send your token as `Authorization: Bearer TOKEN`; `fairlead token create` makes one."
        )
    return value[len(_SCHEME) :].strip()


def principal_of(chassis: Chassis, headers: Mapping[str, str]) -> str:
    """The principal of the token. Raises: UnauthenticatedError for a missing, unknown, expired or revoked one."""
    return chassis.access.authenticate(bearer(headers))
