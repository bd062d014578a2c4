"""A NATS JWT as any reader of the format takes it apart."""

import base64
import json

import nacl.signing
import nkeys
import pytest
from fairlead_chassis.natsd import jwt
from fairlead_chassis.natsd.errors import DamagedKeysError
from fairlead_chassis.natsd.nkey import Key, Kind
from hypothesis import given
from hypothesis import strategies as st


def parts(token: str) -> tuple[dict, dict, bytes]:
    header, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    return json.loads(header), json.loads(claims), signature


def public_bytes(public: str) -> bytes:
    return base64.b32decode(public)[1:33]


@given(st.text(max_size=50))
def test_a_token_is_signed_by_its_issuer_over_header_and_claims(name) -> None:
    signer = Key.make(Kind.OPERATOR)
    token = jwt.encode(jwt.account("AX", name), signer)
    header, claims, signature = parts(token)
    assert header == {"typ": "JWT", "alg": "ed25519-nkey"}
    assert (claims["iss"], claims["sub"], claims["name"]) == (signer.public, "AX", name)
    signed = token.rpartition(".")[0].encode()
    nacl.signing.VerifyKey(public_bytes(signer.public)).verify(signed, signature)


def test_the_id_of_a_token_changes_with_what_it_claims() -> None:
    signer = Key.make(Kind.OPERATOR)
    ids = {parts(jwt.encode(jwt.account("AX", name), signer))[1]["jti"] for name in ("one", "two")}
    assert len(ids) == 2


def test_a_user_carries_no_rights_of_its_own() -> None:
    claims = jwt.user("UX", "registry", "AX")
    assert claims["nats"] == {"type": "user", "issuer_account": "AX", "version": 2}


def test_an_account_has_no_jetstream_unless_it_is_given_limits() -> None:
    limits = jwt.account("AX", "REPLICAS")["nats"]["limits"]
    assert not {"mem_storage", "disk_storage"} & set(limits)


@pytest.mark.parametrize(("kind", "letter"), [(Kind.OPERATOR, "O"), (Kind.ACCOUNT, "A"), (Kind.USER, "U")])
def test_a_key_shows_what_it_stands_for(kind, letter) -> None:
    key = Key.make(kind)
    assert (key.public[0], key.seed[:2]) == (letter, f"S{letter}")


def test_a_key_is_read_back_from_its_seed() -> None:
    key = Key.make(Kind.USER)
    assert Key.read(key.seed) == key
    assert nkeys.from_seed(key.seed.encode()).verify(b"data", key.sign(b"data"))


@pytest.mark.parametrize("seed", ["", "S", "not base32!", "UAAAA", "\N{SNOWMAN}"])
def test_what_is_no_seed_is_refused(seed) -> None:
    with pytest.raises(DamagedKeysError):
        Key.read(seed)
