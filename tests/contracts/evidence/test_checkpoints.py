"""Checkpoints are signed by the log that they name, and are read in one form only."""

from base64 import b64encode

import pytest
from fairlead_chassis.signing import Signer, verify
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.notes import InvalidNoteError, Note
from hypothesis import given
from hypothesis import strategies as st


class Key:
    """A key with the name that notes call it by."""

    def __init__(self, name: str, seed: bytes) -> None:
        signer = Signer(seed)
        self.verifier, self.sign = signer.verifier(name), signer.sign


LOG, WITNESS = Key("log.example/ledger", b"l" * 32), Key("witness.example", b"w" * 32)
ROOT = bytes(range(32))
ENCODED = b64encode(ROOT).decode()

line = st.text(st.characters(min_codepoint=0x20, codec="utf-8"), min_size=1)


def signed(checkpoint: Checkpoint, *signers: Key) -> str:
    first, *others = signers
    note = checkpoint.signed(first.verifier, first.sign)
    for signer in others:
        note = note.signed(signer.verifier, signer.sign)
    return str(note)


def test_the_text_of_the_specifications_example_is_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = Checkpoint.parse(text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert str(checkpoint) == text


@given(line, st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32), st.lists(line))
def test_any_checkpoint_is_read_back(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(str(checkpoint)) == checkpoint


def test_a_checkpoint_signed_by_its_log_is_opened() -> None:
    checkpoint = Checkpoint("log.example/ledger", 7, ROOT, ("times sha256:00",))
    assert Checkpoint.open(signed(checkpoint, LOG, WITNESS), [LOG.verifier], verify) == checkpoint


def test_a_key_that_followed_another_of_the_same_name_opens_it_too() -> None:
    successor = Key("log.example/ledger", b"m" * 32)
    checkpoint = Checkpoint("log.example/ledger", 7, ROOT)
    assert Checkpoint.open(signed(checkpoint, successor), [LOG.verifier, successor.verifier], verify) == checkpoint


def test_a_witness_cannot_speak_for_the_log() -> None:
    note = signed(Checkpoint("log.example/ledger", 7, ROOT), WITNESS)
    with pytest.raises(InvalidNoteError, match="the log that the checkpoint names did not sign"):
        Checkpoint.open(note, [LOG.verifier, WITNESS.verifier], verify)


def test_a_log_cannot_speak_for_another_log() -> None:
    note = signed(Checkpoint("another.example", 7, ROOT), LOG)
    with pytest.raises(InvalidNoteError, match="the log that the checkpoint names did not sign"):
        Checkpoint.open(note, [LOG.verifier], verify)


def test_a_signed_note_that_is_no_checkpoint_is_refused() -> None:
    note = Note("only text\n", ()).signed(LOG.verifier, LOG.sign)
    with pytest.raises(InvalidNoteError, match="an origin, a size and a root"):
        Checkpoint.open(str(note), [LOG.verifier], verify)


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        f"origin\n1\n{ENCODED}",
        "origin\n1\n",
        f"\n1\n{ENCODED}\n",
        f"origin\n\n{ENCODED}\n",
        f"origin\n01\n{ENCODED}\n",
        f"origin\n+1\n{ENCODED}\n",
        f"origin\n-1\n{ENCODED}\n",
        f"origin\n1 \n{ENCODED}\n",
        f"origin\n١\n{ENCODED}\n",
        f"origin\n1e3\n{ENCODED}\n",
        f"origin\n{'9' * 19}\n{ENCODED}\n",
        f"origin\n1\n{ENCODED[:-1]}\n",
        f"origin\n1\n{b64encode(ROOT[:31]).decode()}\n",
        f"origin\n1\n{ENCODED}\n\n",
        f"origin\n1\n{ENCODED}\nextension\n\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(malformed: str) -> None:
    with pytest.raises(InvalidNoteError):
        Checkpoint.parse(malformed)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, ROOT),
        Checkpoint("two\nlines", 1, ROOT),
        Checkpoint("origin", 1, ROOT, ("",)),
        Checkpoint("origin", 1, ROOT, ("two\n\nlines",)),
        Checkpoint("origin", 1, ROOT, ("tab\t",)),
        Checkpoint("origin", -1, ROOT),
        Checkpoint("origin", 1, ROOT[:31]),
    ],
)
def test_what_could_not_be_read_back_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(InvalidNoteError):
        checkpoint.signed(LOG.verifier, LOG.sign)
