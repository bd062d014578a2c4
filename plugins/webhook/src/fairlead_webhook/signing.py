"""Signatures of Standard Webhooks (https://www.standardwebhooks.com, version 1.0.0): symmetric, `v1`."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64


class KeyFormError(ValueError):
    """A signing key that is none; the message does not repeat it."""


def key_of(text: str) -> bytes:
    """The bytes of a key as it is written. Raises: KeyFormError."""
    try:
        key = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise KeyFormError("the signing key is not base64; `openssl rand -base64 32` makes one") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise KeyFormError(f"the signing key has {len(key)} bytes; it must have {SHORTEST} to {LONGEST}")
    return key


def signed(key: bytes, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that prove who sent this body, and when."""
    digest = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
