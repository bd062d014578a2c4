"""Bearer tokens."""

from pydantic import Field

from fairlead_contracts.facts.access import TokenCreated, TokenRevoked
from fairlead_contracts.names import Principal
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message

_USER = "/api/v1/users/{principal}"


class CreateToken(Message):
    """Create a bearer token; its secret is shown once, in this answer."""

    principal: Principal
    label: str = Field(default="", max_length=200)
    expires: Instant | None = None


class ListTokens(Message):
    """List a principal's tokens, without their secrets."""

    principal: Principal


class TokenView(Message):
    """A token, without its secret."""

    token: str
    principal: str
    label: str
    created: Instant
    expires: Instant | None
    revoked: bool


class TokenList(Message):
    """A principal's tokens."""

    items: tuple[TokenView, ...]


class RevokeToken(Message):
    """Revoke a token at once."""

    principal: Principal
    token: str = Field(pattern=r"^[a-z0-9]{8,32}$")


CREATE_TOKEN = Operation(
    "create_token", "token:create", "access", Kind.CHANGE, CreateToken, Accepted[TokenCreated],
    "POST", _USER + "/tokens", "{principal}", "user/{principal}", (TokenCreated,),
)  # fmt: skip
LIST_TOKENS = Operation(
    "list_tokens", "token:list", "access", Kind.READ, ListTokens, TokenList, "GET", _USER + "/tokens", "{principal}",
)  # fmt: skip
REVOKE_TOKEN = Operation(
    "revoke_token", "token:revoke", "access", Kind.CHANGE, RevokeToken, Accepted[TokenRevoked],
    "DELETE", _USER + "/tokens/{token}", "{principal}", "user/{principal}", (TokenRevoked,), body="none",
)  # fmt: skip
