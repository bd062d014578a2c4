"""Signed notes are read strictly, and only a known key's valid signature makes one count."""

import pytest
from fairlead_chassis.signing import Signer, verify
from fairlead_contracts.evidence.notes import InvalidNoteError, Note, VerifierKey
from hypothesis import given
from hypothesis import strategies as st

# The example that the tests of Go's golang.org/x/mod/sumdb/note publish.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PUBLISHED = f"{PUBLISHED_TEXT}\n{PUBLISHED_LINE}"


class Key:
    """A key with the name that notes call it by."""

    def __init__(self, name: str, seed: bytes) -> None:
        signer = Signer(seed)
        self.verifier, self.sign = signer.verifier(name), signer.sign


SPACED = "Peter\u2003Neumann"
ALICE, BOB = Key("alice.example", b"a" * 32), Key("bob.example", b"b" * 32)


def signed(text: str, *signers: Key) -> Note:
    note = Note(text, ())
    for signer in signers:
        note = note.signed(signer.verifier, signer.sign)
    return note


def test_the_published_note_is_signed_by_the_published_key() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    note = Note.parse(PUBLISHED)
    assert note.text == PUBLISHED_TEXT
    assert note.verified_by([key], verify) == (key,)


def test_the_published_note_and_key_are_written_back_byte_for_byte() -> None:
    assert str(Note.parse(PUBLISHED.encode())) == PUBLISHED
    assert str(VerifierKey.parse(PUBLISHED_KEY)) == PUBLISHED_KEY


@given(st.text(st.characters(min_codepoint=0x20, codec="utf-8") | st.just("\n"), min_size=1))
def test_a_note_over_any_text_is_read_back_and_verified(text: str) -> None:
    note = signed(f"{text}\n", ALICE, BOB)
    again = Note.parse(str(note))
    assert again == note
    assert again.verified_by([BOB.verifier, ALICE.verifier], verify) == (ALICE.verifier, BOB.verifier)


def test_signatures_by_others_are_ignored() -> None:
    assert signed("text\n", ALICE, BOB).verified_by([BOB.verifier], verify) == (BOB.verifier,)


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(InvalidNoteError, match="no known key"):
        signed("text\n", ALICE).verified_by([BOB.verifier], verify)


def test_one_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    good = signed("text\n", ALICE, BOB)
    other = signed("other\n", ALICE)
    with pytest.raises(InvalidNoteError, match=r"signature by alice\.example does not fit"):
        Note(good.text, (other.signatures[0], good.signatures[1])).verified_by([ALICE.verifier, BOB.verifier], verify)


def test_a_key_with_the_same_name_but_another_id_is_another_key() -> None:
    impostor = Key("alice.example", b"c" * 32)
    with pytest.raises(InvalidNoteError, match="no known key"):
        signed("text\n", impostor).verified_by([ALICE.verifier], verify)


@given(st.data())
def test_a_note_with_one_bit_changed_is_never_verified(data: st.DataObject) -> None:
    raw = bytearray(str(signed("one line\nanother\n", ALICE)).encode())
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[at] ^= 1 << bit
    with pytest.raises(InvalidNoteError):
        Note.parse(bytes(raw)).verified_by([ALICE.verifier], verify)


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "text\n",
        "text\n\n",
        f"\n{PUBLISHED_LINE}",
        f"text\n{PUBLISHED_LINE}",
        f"text\n\n{PUBLISHED_LINE[:-1]}",
        f"text\n\n{PUBLISHED_LINE}\n",
        f"text\n\n{PUBLISHED_LINE}junk\n",
        f"te\txt\n\n{PUBLISHED_LINE}",
        f"text\r\n\n{PUBLISHED_LINE}",
        f"text\n\n{PUBLISHED_LINE.replace('—', '-')}",
        f"text\n\n{PUBLISHED_LINE.replace(' ', '  ')}",
        f"text\n\n{PUBLISHED_LINE.replace('PeterNeumann', 'Peter+Neumann')}",
        f"text\n\n{PUBLISHED_LINE.replace('PeterNeumann', SPACED)}",
        f"text\n\n{PUBLISHED_LINE.replace('x08go', 'x08g!')}",
        f"text\n\n{PUBLISHED_LINE.replace('nAM=', 'nAN=')}",
        f"text\n\n{PUBLISHED_LINE.replace('nAM=', 'nAM')}",
        "text\n\n— PeterNeumann x08goA==\n",
        f"text\n\n{PUBLISHED_LINE * 101}",
        f"{'x' * 1_000_000}\n\n{PUBLISHED_LINE}",
        f"\ud800\n\n{PUBLISHED_LINE}",
        b"\xff\n\n" + PUBLISHED_LINE.encode(),
    ],
    ids=range(22),
)
def test_a_malformed_note_is_refused(malformed: str | bytes) -> None:
    with pytest.raises(InvalidNoteError):
        Note.parse(malformed)


def test_sixteen_signatures_are_accepted() -> None:
    signers = [Key(f"s{n}.example", bytes([n]) * 32) for n in range(16)]
    note = Note.parse(str(signed("text\n", *signers)))
    assert len(note.verified_by([signer.verifier for signer in signers], verify)) == 16


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy",
    ],
)
def test_a_malformed_verifier_key_is_refused(malformed: str) -> None:
    with pytest.raises(InvalidNoteError):
        VerifierKey.parse(malformed)
