"""Keys sign what others verify; their files are private, whole, and never overwritten."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fairlead_chassis.signing import KeyFileError, Signer, verify
from fairlead_contracts.evidence.notes import InvalidNoteError, VerifierKey
from hypothesis import given
from hypothesis import strategies as st

# RFC 8032, section 7.1, test 3.
SEED = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
PUBLIC_KEY = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
MESSAGE = bytes.fromhex("af82")
SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
# The example that the tests of Go's golang.org/x/mod/sumdb/note publish.
PUBLISHED_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_keys_and_signatures_are_those_of_the_standard() -> None:
    signer = Signer("name", SEED)
    assert (signer.public_key, signer.sign(MESSAGE)) == (PUBLIC_KEY, SIGNATURE)
    assert verify(PUBLIC_KEY, MESSAGE, SIGNATURE)


def test_two_new_keys_differ() -> None:
    assert Signer.generate("name").public_key != Signer.generate("name").public_key


@given(st.binary(), st.integers(0, 511))
def test_a_signature_fits_only_its_own_message_and_itself_unchanged(message: bytes, bit: int) -> None:
    signer = Signer("name", SEED)
    signature = signer.sign(message)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert verify(signer.public_key, message, signature)
    assert not verify(signer.public_key, message + b"!", signature)
    assert not verify(signer.public_key, message, bytes(changed))


@pytest.mark.parametrize(
    ("public_key", "signature"),
    [
        (b"", SIGNATURE),
        (PUBLIC_KEY[:31], SIGNATURE),
        (PUBLIC_KEY, b""),
        (PUBLIC_KEY, SIGNATURE + b"\0"),
        (bytes(32), bytes(64)),
        (b"\x01" + bytes(31), b"\x01" + bytes(63)),
    ],
    ids=["no key", "short key", "no signature", "long signature", "zeros", "key of small order"],
)
def test_malformed_keys_and_signatures_verify_nothing(public_key: bytes, signature: bytes) -> None:
    assert not verify(public_key, MESSAGE, signature)


def test_a_saved_key_is_loaded_as_it_was(tmp_path: Path) -> None:
    signer = Signer.generate("log.example")
    signer.save(tmp_path / "key")
    again = Signer.load(tmp_path / "key")
    assert (again.verifier, again.sign(b"x")) == (signer.verifier, signer.sign(b"x"))


def test_a_key_file_of_other_tools_is_read_and_written_alike(tmp_path: Path) -> None:
    signer = Signer.load(private(tmp_path / "key", f"{PUBLISHED_SIGNER}\n"))
    signer.save(tmp_path / "again")
    assert str(signer.verifier) == PUBLISHED_VERIFIER
    assert (tmp_path / "again").read_text() == f"{PUBLISHED_SIGNER}\n"


def test_the_verifier_key_says_who_signs(tmp_path: Path) -> None:
    signer = Signer.generate("log.example")
    assert VerifierKey.parse(str(signer.verifier)) == VerifierKey("log.example", signer.public_key)


def test_a_key_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Signer.generate("name").save(tmp_path / "key")
    finally:
        os.umask(before)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_saving_leaves_nothing_but_the_key_file(tmp_path: Path) -> None:
    Signer.generate("name").save(tmp_path / "key")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    signer = Signer.generate("name")
    signer.save(tmp_path / "key")
    with pytest.raises(FileExistsError):
        Signer.generate("name").save(tmp_path / "key")
    assert Signer.load(tmp_path / "key").verifier == signer.verifier
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_is_made_once_and_then_loaded(tmp_path: Path) -> None:
    first = Signer.load_or_create(tmp_path / "key", "name")
    assert Signer.load_or_create(tmp_path / "key", "name").verifier == first.verifier


def test_processes_that_start_together_end_up_with_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fairlead_chassis.signing import Signer;"
        "sys.stdin.readline(); sys.stdout.write(str(Signer.load_or_create(Path(sys.argv[1]), 'name').verifier))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "key")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=30)[0] for process in started}
    assert keys == {str(Signer.load(tmp_path / "key").verifier)}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_have_access_to_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path / "key", PUBLISHED_SIGNER)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        Signer.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PRIVATE+KEY+",
        "secret",
        PUBLISHED_VERIFIER,
        PUBLISHED_SIGNER.removeprefix("PRIVATE+KEY+"),
        PUBLISHED_SIGNER.replace("c74f20a3", "c74f20a4"),
        PUBLISHED_SIGNER.replace("PeterNeumann", "Peter"),
        PUBLISHED_SIGNER.replace("+AYEK", "+AoEK"),
        PUBLISHED_SIGNER[:-4],
        f"{PUBLISHED_SIGNER}\nmore",
        "\N{REPLACEMENT CHARACTER}",
    ],
)
def test_a_damaged_key_file_is_refused_without_showing_what_it_holds(tmp_path: Path, text: str) -> None:
    path = private(tmp_path / "key", text)
    with pytest.raises(KeyFileError, match="holds no signer key") as caught:
        Signer.load(path)
    assert "AYEK" not in str(caught.value)
    assert caught.value.path == path


def test_a_key_under_another_name_is_not_taken_for_the_one_wanted(tmp_path: Path) -> None:
    path = private(tmp_path / "key", PUBLISHED_SIGNER)
    with pytest.raises(KeyFileError, match="PeterNeumann, and log was expected"):
        Signer.load_or_create(path, "log")


def test_a_link_in_the_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    private(tmp_path / "elsewhere", PUBLISHED_SIGNER)
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError, match="it is a link"):
        Signer.load(tmp_path / "key")


def test_a_pipe_in_the_place_of_a_key_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(KeyFileError, match="no regular file"):
        Signer.load(tmp_path / "key")


def test_a_missing_key_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Signer.load(tmp_path / "key")


def test_a_key_that_notes_could_not_name_is_refused() -> None:
    with pytest.raises(InvalidNoteError):
        Signer("two words", SEED)
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        Signer("name", b"short")
