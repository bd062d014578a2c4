"""One Ed25519 key in NATS's own text form: who an operator, an account or a user is."""

import os
from dataclasses import dataclass, field
from enum import IntEnum

import nkeys

from fairlead_chassis.natsd.errors import RESTORE, DamagedKeysError

_UNREADABLE = "A stored NATS seed is not readable."


class Kind(IntEnum):
    """What a key stands for; the first letter of its public form shows it: O, A or U."""

    OPERATOR = nkeys.PREFIX_BYTE_OPERATOR
    ACCOUNT = nkeys.PREFIX_BYTE_ACCOUNT
    USER = nkeys.PREFIX_BYTE_USER


@dataclass(frozen=True)
class Key:
    """A key pair: `public` may be shown to anyone, `seed` to nobody."""

    public: str
    seed: str = field(repr=False)

    @classmethod
    def make(cls, kind: Kind) -> "Key":
        """A new random key."""
        return cls.read(nkeys.encode_seed(os.urandom(32), kind).decode())

    @classmethod
    def read(cls, seed: str) -> "Key":
        """The key of a stored seed."""
        try:
            prefix, secret = nkeys.decode_seed(seed.encode())
            whole = nkeys.encode_seed(secret, prefix) == seed.encode()  # its checksum, which decoding leaves unread
            public = nkeys.from_seed(seed.encode()).public_key.decode()
        except (nkeys.NkeysError, ValueError) as error:
            raise DamagedKeysError(_UNREADABLE, RESTORE) from error
        if not whole:
            raise DamagedKeysError(_UNREADABLE, RESTORE)
        return cls(public=public, seed=seed)

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of `data`."""
        return bytes(nkeys.from_seed(self.seed.encode()).sign(data))
