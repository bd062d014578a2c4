"""Signed notes: text that people can read and that one or more keys signed.

Format: C2SP signed-note, with Ed25519 signatures (type 1).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

Sign = Callable[[bytes], bytes]
"""Signs a message with a key that the caller holds."""
Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether (public key, message, signature) belong together. Answers False, and never raises, for malformed ones."""

ED25519 = b"\x01"
PUBLIC_KEY_SIZE = 32
NOTE_LIMIT = 1_000_000
SIGNATURE_LIMIT = 100

_control = re.compile(r"[\x00-\x09\x0b-\x1f]").search
_key_id = re.compile(r"[0-9a-f]{8}").fullmatch


class InvalidNoteError(ValueError):
    """A note, a checkpoint or a verifier key is not what its format says, or is not signed as it must be."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 public key. As text: `name+id+base64`, the id being 4 bytes in hex."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        """Refuse what no note could name.

        Raises: InvalidNoteError.
        """
        _check_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_SIZE:
            raise InvalidNoteError(f"a public key has {PUBLIC_KEY_SIZE} bytes, not {len(self.public_key)}")

    @property
    def id(self) -> bytes:
        """The 4 bytes by which a signature line names this key, together with its name."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a verifier key.

        Raises: InvalidNoteError when it is malformed, of another signature type, or its id is not its own.
        """
        parts = text.split("+", 2)
        if len(parts) != 3 or not _key_id(parts[1]):
            raise InvalidNoteError("a verifier key is a name, 8 hex digits and base64, joined by '+'")
        typed_key = strict_base64(parts[2], "the verifier key")
        if typed_key[:1] != ED25519:
            raise InvalidNoteError("the verifier key is not of type Ed25519 (1)")
        key = cls(parts[0], typed_key[1:])
        if key.id.hex() != parts[1]:
            raise InvalidNoteError("the verifier key's id does not belong to its name and key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public_key).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key by name and id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """Text, its last newline included, and who signed it. Nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: str | bytes) -> "Note":
        """Read a signed note.

        Raises: InvalidNoteError when it is malformed, unsigned or too large.
        """
        body = _decoded(data)
        text, blank, lines = body.rpartition("\n\n")
        if not blank or not text or not lines.endswith("\n"):
            raise InvalidNoteError("a note is text, an empty line, and signature lines that each end in a newline")
        signed = lines[:-1].split("\n")
        if len(signed) > SIGNATURE_LIMIT:
            raise InvalidNoteError(f"a note has at most {SIGNATURE_LIMIT} signatures")
        return cls(text + "\n", tuple(_parse_signature(line) for line in signed))

    def verified_by(self, keys: Iterable[VerifierKey], verify: Verify) -> tuple[VerifierKey, ...]:
        """Those of the keys that signed this note; signatures by others are ignored.

        Raises: InvalidNoteError when none of them did, or when a signature that names one of them is wrong.
        """
        known = {(key.name, key.id): key for key in keys}
        found = []
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                continue
            if not verify(key.public_key, self.text.encode(), line.signature):
                raise InvalidNoteError(f"the signature by {key.name} does not fit the text")
            found.append(key)
        if not found:
            raise InvalidNoteError("no known key signed this note")
        return tuple(dict.fromkeys(found))

    def signed(self, key: VerifierKey, sign: Sign) -> "Note":
        """This note with one more signature; `sign` holds the private key of `key`."""
        line = Signature(key.name, key.id, sign(self.text.encode()))
        return Note(self.text, (*self.signatures, line))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


def _decoded(data: str | bytes) -> str:
    if len(data) > NOTE_LIMIT:
        raise InvalidNoteError(f"a note has at most {NOTE_LIMIT} bytes")
    try:
        text = data.decode() if isinstance(data, bytes) else data
        text.encode()
    except UnicodeError:
        raise InvalidNoteError("a note is UTF-8 text") from None
    if _control(text):
        raise InvalidNoteError("a note holds no control characters but newlines")
    return text


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise InvalidNoteError("a signature line is a dash (U+2014), a key's name and base64, with single spaces")
    _check_name(parts[1])
    blob = strict_base64(parts[2], "a signature")
    if len(blob) < 5:
        raise InvalidNoteError("a signature is a 4-byte key id and at least one byte more")
    return Signature(parts[1], blob[:4], blob[4:])


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() for c in name) or _control(name):
        raise InvalidNoteError("a key's name is not empty and holds no spaces, control characters or '+'")


def strict_base64(text: str, what: str) -> bytes:
    """Decode standard base64 in the one form that its bytes have; `what` names it in the error.

    Raises: InvalidNoteError.
    """
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise InvalidNoteError(f"{what} is not base64") from None
    if b64encode(data).decode() != text:
        raise InvalidNoteError(f"{what} is not in the one base64 form of its bytes")
    return data
