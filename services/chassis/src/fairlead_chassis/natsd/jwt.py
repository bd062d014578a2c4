"""NATS JWTs, version 2, as nats-server reads them: claims of an operator, an account and a user, signed with nkeys.

Format: https://github.com/nats-io/jwt (v2) and ADR-14 of nats-io/nats-architecture-and-design.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from fairlead_chassis.natsd.errors import RESTORE, DamagedKeysError
from fairlead_chassis.natsd.nkey import Key

Claims = Mapping[str, Any]

UNLIMITED = -1
JETSTREAM: Claims = {
    "mem_storage": UNLIMITED, "disk_storage": UNLIMITED, "streams": UNLIMITED, "consumer": UNLIMITED,
    "max_bytes_required": True,
}  # fmt: skip
"""The limits of an account with JetStream; a stream without a size is refused by the server itself."""

_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
_VERSION = 2
_NATS_LIMITS = {"subs": UNLIMITED, "data": UNLIMITED, "payload": UNLIMITED}
_ACCOUNT_LIMITS = {
    **_NATS_LIMITS, "imports": UNLIMITED, "exports": UNLIMITED, "conn": UNLIMITED,
    "leaf": 0, "wildcards": True, "disallow_bearer": True,
}  # fmt: skip


def encode(claims: Claims, signer: Key) -> str:
    """The claims as a JWT, issued now by `signer`."""
    issued = {**claims, "iat": int(time.time()), "iss": signer.public}
    issued["jti"] = base64.b32encode(hashlib.sha256(_json(issued)).digest()).decode().rstrip("=")
    signed = f"{_base64(_json(_HEADER))}.{_base64(_json(issued))}"
    return f"{signed}.{_base64(signer.sign(signed.encode()))}"


def name_in(token: str) -> str:
    """The name that a JWT of ours was issued to. Whether it is genuine is for the server to say."""
    try:
        body = token.split(".")[1]
        name = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["name"]
    except (LookupError, ValueError, TypeError) as error:
        raise DamagedKeysError("A stored NATS JWT is not readable.", RESTORE) from error
    return str(name)


def operator(public: str, system_account: str) -> Claims:
    """The claims of the operator, who vouches for accounts."""
    return _claims(public, "fairlead", {"type": "operator", "system_account": system_account})


def account(public: str, name: str, limits: Claims | None = None, **parts: Any) -> Claims:
    """The claims of an account. Without `limits` it has no JetStream; `parts` are signing keys, exports, imports."""
    return _claims(public, name, {"type": "account", "limits": {**_ACCOUNT_LIMITS, **(limits or {})}, **parts})


def user(public: str, name: str, account: str) -> Claims:
    """The claims of a user whose rights are those of the role of the key that signs, and no others."""
    return _claims(public, name, {"type": "user", "issuer_account": account})


def role(public: str, name: str, permissions: Claims) -> Claims:
    """A signing key of an account that can make users of this one role only; the server holds them to it."""
    return {"kind": "user_scope", "key": public, "role": name, "template": {**permissions, **_NATS_LIMITS}}


def _claims(subject: str, name: str, nats: Claims) -> Claims:
    return {"sub": subject, "name": name, "nats": {**nats, "version": _VERSION}}


def _json(value: Claims) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
