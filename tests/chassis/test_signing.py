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
# RFC 8410, section 10.
PEM = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
"""
PEM_PUBLIC_KEY = bytes.fromhex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_keys_and_signatures_are_those_of_the_standard() -> None:
    signer = Signer(SEED)
    assert (signer.public_key, signer.sign(MESSAGE)) == (PUBLIC_KEY, SIGNATURE)
    assert verify(PUBLIC_KEY, MESSAGE, SIGNATURE)


def test_two_new_keys_differ() -> None:
    assert Signer.generate().public_key != Signer.generate().public_key


@given(st.binary(), st.integers(0, 511))
def test_a_signature_fits_only_its_own_message_and_itself_unchanged(message: bytes, bit: int) -> None:
    signer = Signer(SEED)
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
    signer = Signer.generate()
    signer.save(tmp_path / "key")
    again = Signer.load(tmp_path / "key")
    assert (again.public_key, again.sign(b"x")) == (signer.public_key, signer.sign(b"x"))


def test_a_key_file_of_other_tools_is_read_and_written_alike(tmp_path: Path) -> None:
    signer = Signer.load(private(tmp_path / "key", PEM))
    signer.save(tmp_path / "again")
    assert signer.public_key == PEM_PUBLIC_KEY
    assert (tmp_path / "again").read_text() == PEM


def test_the_verifier_key_says_who_signs() -> None:
    signer = Signer.generate()
    assert VerifierKey.parse(str(signer.verifier("log.example"))) == VerifierKey("log.example", signer.public_key)


def test_a_key_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Signer.generate().save(tmp_path / "key")
    finally:
        os.umask(before)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_saving_leaves_nothing_but_the_key_file(tmp_path: Path) -> None:
    Signer.generate().save(tmp_path / "key")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    signer = Signer.generate()
    signer.save(tmp_path / "key")
    with pytest.raises(FileExistsError):
        Signer.generate().save(tmp_path / "key")
    assert Signer.load(tmp_path / "key").public_key == signer.public_key
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_is_made_once_and_then_loaded(tmp_path: Path) -> None:
    first = Signer.load_or_create(tmp_path / "key")
    assert Signer.load_or_create(tmp_path / "key").public_key == first.public_key


def test_processes_that_start_together_end_up_with_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fairlead_chassis.signing import Signer;"
        "sys.stdin.readline(); sys.stdout.write(str(Signer.load_or_create(Path(sys.argv[1])).public_key.hex()))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "key")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=30)[0] for process in started}
    assert keys == {Signer.load(tmp_path / "key").public_key.hex()}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_have_access_to_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path / "key", PEM)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        Signer.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        PEM.strip(),
        PEM.replace("PRIVATE KEY", "ED25519 PRIVATE KEY"),
        PEM.replace("MC4C", "MC4D"),
        PEM.replace("dVhC", "dVhD="),
        PEM.replace("dVhC", ""),
        PEM.replace("K06", "K0!"),
        PEM.replace("MC4CAQAwBQYDK2VwBCIEI", ""),
        f"{PEM}{PEM}",
        "\N{REPLACEMENT CHARACTER}",
    ],
)
def test_a_damaged_key_file_is_refused_without_showing_what_it_holds(tmp_path: Path, text: str) -> None:
    path = private(tmp_path / "key", text)
    with pytest.raises(KeyFileError, match="holds no Ed25519 private key") as caught:
        Signer.load(path)
    assert "NTuctv" not in str(caught.value)
    assert caught.value.path == path


def test_a_link_in_the_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    private(tmp_path / "elsewhere", PEM)
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


def test_a_folder_that_is_missing_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    Signer.load_or_create(tmp_path / "keys" / "key")
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_a_name_that_notes_could_not_hold_is_refused() -> None:
    with pytest.raises(InvalidNoteError):
        Signer(SEED).verifier("two words")


def test_a_seed_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        Signer(b"short")
