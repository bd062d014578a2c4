"""Ed25519 keys: made once, kept in files that only their owner can read, and used to sign and to verify."""

import errno
import os
import secrets
import stat
from base64 import b64encode
from pathlib import Path
from typing import Self

from fairlead_contracts.evidence.notes import InvalidNoteError, VerifierKey, strict_base64
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from fairlead_chassis.natsd.private_files import write_once

SEED_SIZE = 32
_FILE_LIMIT = 4_096
_BEGIN, _END = "-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----\n"
# RFC 8410, section 7: what stands before the seed in PKCS #8, always the same.
_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


class KeyFileError(Exception):
    """A key file cannot be used; says which file, why, and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"key file {path}: {why}")
        self.path = path


class Signer:
    """A private key. In its file it is PKCS #8 in PEM, which OpenSSL and most tools read."""

    def __init__(self, seed: bytes) -> None:
        """A key from its 32-byte seed.

        Raises: ValueError for a seed of another size.
        """
        if len(seed) != SEED_SIZE:
            raise ValueError(f"a seed has {SEED_SIZE} bytes, not {len(seed)}")
        self._key = SigningKey(seed)
        self.public_key = bytes(self._key.verify_key)

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(secrets.token_bytes(SEED_SIZE))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key in a file.

        Raises: FileNotFoundError; KeyFileError when others have access to the file, or it holds no key.
        """
        text = _read(path)
        try:
            seed = strict_base64(text.removeprefix(_BEGIN).removesuffix(_END), "the key").removeprefix(_PKCS8)
            signer = cls(seed)
        except (InvalidNoteError, ValueError):
            signer = None
        if signer is None or signer._text() != text:
            raise KeyFileError(path, "it holds no Ed25519 private key; restore it from a copy, or move it away")
        return signer

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """The key in a file, which is made when there is none. Of several that try at once, one makes it.

        Raises: KeyFileError as `load`.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_once(path, cls.generate()._text())
        return cls.load(path)

    def save(self, path: Path) -> None:
        """Write this key to a new file of mode 0600: after a crash it is there whole, or not at all.

        Raises: FileExistsError; a key is never overwritten.
        """
        if not write_once(path, self._text()):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over a message."""
        return self._key.sign(message).signature

    def verifier(self, name: str) -> VerifierKey:
        """The public key under the name by which signed notes call it; as text, `name+id+base64`.

        Raises: InvalidNoteError when notes could not name it so.
        """
        return VerifierKey(name, self.public_key)

    def _text(self) -> str:
        return f"{_BEGIN}{b64encode(_PKCS8 + bytes(self._key)).decode()}{_END}"


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is by this key; False for keys and signatures that are malformed."""
    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError):
        return False
    return True


def _read(path: Path) -> str:
    try:
        # Without O_NONBLOCK, opening a pipe would wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise KeyFileError(path, "it is a link; put the file itself there") from None
        raise
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise KeyFileError(path, "it is no regular file; move it away")
        if mode & 0o077:
            raise KeyFileError(path, f"others than its owner have access; run: chmod 600 {path}")
        return file.read(_FILE_LIMIT).decode(errors="replace")
