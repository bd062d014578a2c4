"""Checkpoints: a log's tree head, signed, in a form that people and other logs' tools can read.

Format: C2SP tlog-checkpoint.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from fairlead_contracts.evidence.merkle import HASH_SIZE
from fairlead_contracts.evidence.notes import InvalidNoteError, Note, Sign, VerifierKey, Verify, strict_base64

_size = re.compile(r"0|[1-9][0-9]{0,17}").fullmatch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's tree head: the origin names the log. `extensions` are further lines that the signature covers."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note as a checkpoint.

        Raises: InvalidNoteError when it is none.
        """
        if not text.endswith("\n"):
            raise InvalidNoteError("a checkpoint ends in a newline")
        lines = text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise InvalidNoteError("a checkpoint is an origin, a size and a root, each on its line, and no empty lines")
        origin, size, encoded, *extensions = lines
        if not _size(size):
            raise InvalidNoteError("the checkpoint's size is not a plain decimal number")
        root = strict_base64(encoded, "the checkpoint's root")
        if len(root) != HASH_SIZE:
            raise InvalidNoteError("the checkpoint's root is not a SHA-256 hash")
        return cls(origin, int(size), root, tuple(extensions))

    @classmethod
    def open(cls, note: str | bytes, keys: Iterable[VerifierKey], verify: Verify) -> "Checkpoint":
        """Read a signed checkpoint; of the keys, one named as its origin must have signed it.

        Several keys of one name let a log change its key. Raises: InvalidNoteError.
        """
        parsed = Note.parse(note)
        signers = parsed.verified_by(keys, verify)
        checkpoint = cls.parse(parsed.text)
        if checkpoint.origin not in {key.name for key in signers}:
            raise InvalidNoteError("the log that the checkpoint names did not sign it with a known key")
        return checkpoint

    def signed(self, key: VerifierKey, sign: Sign) -> Note:
        """This checkpoint in a note; `sign` holds the private key of `key`.

        Raises: InvalidNoteError when the origin or an extension could not be read back.
        """
        note = Note(str(self), ()).signed(key, sign)
        if Checkpoint.parse(Note.parse(str(note)).text) != self:
            raise InvalidNoteError("the origin and each extension must be one line that is not empty")
        return note

    def __str__(self) -> str:
        return "".join(
            f"{line}\n" for line in (self.origin, self.size, b64encode(self.root).decode(), *self.extensions)
        )
