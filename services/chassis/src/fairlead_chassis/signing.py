"""Ed25519 keys: made once, kept in files that only their owner can read, and used to sign and to verify."""

import errno
import os
import secrets
import stat
from base64 import b64encode
from pathlib import Path
from typing import Self

from fairlead_contracts.evidence.notes import ED25519, InvalidNoteError, VerifierKey, strict_base64
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

SEED_SIZE = 32
_PREFIX = "PRIVATE+KEY+"
_FILE_LIMIT = 4_096


class KeyFileError(Exception):
    """A key file cannot be used; says which file, why, and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"key file {path}: {why}")
        self.path = path


class Signer:
    """A named private key. As text, and so in its file: a C2SP signer key, `PRIVATE+KEY+name+id+base64`."""

    def __init__(self, name: str, seed: bytes) -> None:
        """A key from its 32-byte seed.

        Raises: InvalidNoteError when the name cannot stand in a signed note; ValueError for a seed of another size.
        """
        if len(seed) != SEED_SIZE:
            raise ValueError(f"a seed has {SEED_SIZE} bytes, not {len(seed)}")
        self._key = SigningKey(seed)
        self.verifier = VerifierKey(name, bytes(self._key.verify_key))

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key."""
        return cls(name, secrets.token_bytes(SEED_SIZE))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key in a file.

        Raises: FileNotFoundError; KeyFileError when others can read the file, or it holds no key.
        """
        text = _read(path)
        try:
            return cls._parse(text)
        except (InvalidNoteError, ValueError):
            raise KeyFileError(path, "it holds no signer key; restore it from a copy, or move it away") from None

    @classmethod
    def load_or_create(cls, path: Path, name: str) -> Self:
        """The key in a file, which is made when there is none. Of several that try at once, one makes it.

        Raises: KeyFileError as `load`, and when the file's key has another name.
        """
        if not path.exists():
            try:
                cls.generate(name).save(path)
            except FileExistsError:
                pass  # another process was first, and its key is the one that holds
        signer = cls.load(path)
        if signer.verifier.name != name:
            raise KeyFileError(path, f"its key is named {signer.verifier.name}, and {name} was expected")
        return signer

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that others verify with."""
        return self.verifier.public_key

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over a message."""
        return self._key.sign(message).signature

    def save(self, path: Path) -> None:
        """Write this key to a new file of mode 0600: after a crash it is there whole, or not at all.

        Raises: FileExistsError; a key is never overwritten.
        """
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{self._text()}\n")
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename, a link refuses to replace what is there.
            os.link(draft, path)
        finally:
            draft.unlink()
        _sync_folder(path.parent)

    def _text(self) -> str:
        key = b64encode(ED25519 + bytes(self._key)).decode()
        return f"{_PREFIX}{self.verifier.name}+{self.verifier.id.hex()}+{key}"

    @classmethod
    def _parse(cls, text: str) -> Self:
        name, _, encoded = text.removeprefix(_PREFIX).split("+", 2)
        typed_seed = strict_base64(encoded, "the key")
        signer = cls(name, typed_seed[1:])
        if typed_seed[:1] != ED25519 or signer._text() != text:
            raise InvalidNoteError("not a signer key")
        return signer


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
        return file.read(_FILE_LIMIT).decode(errors="replace").removesuffix("\n")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
