"""A receipt, its token and its leaf are one statement in one form; batches are signed, seals count what they cover."""

import json
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from fairlead_chassis.signing import Signer, verify
from fairlead_contracts.errors import InvalidRequestError, from_problem
from fairlead_contracts.evidence.canonical import NotCanonicalError
from fairlead_contracts.evidence.issuing import ReceiptTemplate
from fairlead_contracts.evidence.merkle import Tree, leaf_hash
from fairlead_contracts.evidence.receipts import (
    TOKEN_LIMIT,
    BatchRoot,
    InvalidReceiptError,
    Receipt,
    Seal,
    Served,
    seal_tree,
    token,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

DIGEST = "sha256:" + "0123456789abcdef" * 4
SERVED = Served(
    project="default", deployment="loans", revision=3, replica="loans-3-a", model="Loans \"2011\" für 😀", version=2,
    version_digest=DIGEST, schema_digest=DIGEST,
)  # fmt: skip
TIME = datetime(2024, 2, 29, 12, 30, 1, 250, tzinfo=UTC)
KEY = Signer(b"r" * 32)

digests = st.binary(min_size=32, max_size=32).map(lambda data: f"sha256:{data.hex()}")
names = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z").filter(lambda name: not name.startswith("x-"))
numbers = st.integers(1, 2**31 - 1)
models = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20).filter(
    lambda name: not name.startswith("x-") and unicodedata.is_normalized("NFC", name)
)
served = st.builds(
    Served, project=names, deployment=names, revision=numbers, replica=names, model=models, version=numbers,
    version_digest=digests, schema_digest=digests,
)  # fmt: skip
ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)
times = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 1)).map(
    lambda time: time.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
)


def receipt(**changes: Any) -> Receipt:
    fields = {"id": "r1", "time": TIME, "input_digest": DIGEST, "output_digest": DIGEST}
    return Receipt.model_validate({**SERVED.model_dump(), **fields, **changes})


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@given(served, ids, times, digests, digests)
def test_the_template_writes_the_canonical_bytes(
    served: Served, id_: str, time: datetime, input_digest: str, output_digest: str
) -> None:
    made = Receipt(**served.model_dump(), id=id_, time=time, input_digest=input_digest, output_digest=output_digest)
    assert ReceiptTemplate(served).leaf(id_, time, input_digest, output_digest) == made.leaf()
    assert made.leaf() == rfc8785.dumps(made.model_dump(mode="json"))


@given(served, ids, times, digests, digests)
def test_a_token_is_read_back_as_the_receipt_that_it_was_made_of(
    served: Served, id_: str, time: datetime, input_digest: str, output_digest: str
) -> None:
    leaf = ReceiptTemplate(served).leaf(id_, time, input_digest, output_digest)
    made = Receipt.from_token(token(leaf))
    assert (made.leaf(), made.to_token(), made.id) == (leaf, token(leaf), id_)


def test_a_token_is_base64url_of_the_leaf_without_padding() -> None:
    text = receipt().to_token()
    assert urlsafe_b64decode(text + "=" * (-len(text) % 4)) == receipt().leaf()
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_time_is_written_in_utc_with_microseconds() -> None:
    assert json.loads(receipt().leaf())["time"] == "2024-02-29T12:30:01.000250Z"


def test_the_longest_receipt_fits_the_limit_of_a_token() -> None:
    longest = Served(
        project="p" * 63, deployment="d" * 63, revision=2**31 - 1, replica="r" * 63, model="😀" * 250,
        version=2**31 - 1, version_digest=DIGEST, schema_digest=DIGEST,
    )  # fmt: skip
    assert len(token(ReceiptTemplate(longest).leaf("\x01" * 200, TIME, DIGEST, DIGEST))) <= TOKEN_LIMIT


def test_an_id_that_is_no_text_is_refused_by_its_place() -> None:
    with pytest.raises(NotCanonicalError) as caught:
        ReceiptTemplate(SERVED).leaf("\ud800", TIME, DIGEST, DIGEST)
    assert caught.value.pointer == "/id"


def spaced(text: str) -> str:
    return encoded(json.dumps(json.loads(text), sort_keys=True))


def without_id(text: str) -> str:
    return encoded(text.replace('"id":"r1",', ""))


def with_more(text: str) -> str:
    return encoded(text.replace('"v":1', '"u":1,"v":1'))


def repeated(text: str) -> str:
    return encoded(text.replace('"id":"r1"', '"id":"r0","id":"r1"'))


@pytest.mark.parametrize(
    ("bend", "why"),
    [
        (lambda text: "", "of the characters"),
        (lambda text: "A" * (TOKEN_LIMIT + 1), "at most 4000 of the characters"),
        (lambda text: encoded(text) + "=", "of the characters"),
        (lambda text: encoded(text) + " ", "of the characters"),
        (lambda text: encoded(text) + "A", "base64url|canonical|JSON"),
        (lambda text: encoded(text)[:-8], "it holds no JSON"),
        (lambda text: encoded("[]"), "it holds no JSON|does not fit"),
        (lambda text: encoded(text.replace('"v":1', '"v":2')), "the field 'v' does not fit"),
        (lambda text: encoded(text.replace("loans-3-a", "Loans 3")), "the field 'replica' does not fit"),
        (lambda text: encoded(text.replace('"revision":3', '"revision":"3"')), "not in canonical form"),
        (lambda text: encoded(text.replace("01.000250Z", "01.00025Z")), "not in canonical form"),
        (without_id, "the field 'id' does not fit"),
        (with_more, "the field 'u' does not fit"),
        (spaced, "not in canonical form"),
        (repeated, "not in canonical form"),
    ],
)
def test_what_is_not_exactly_a_token_is_refused_with_one_clear_reason(bend: Callable[[str], str], why: str) -> None:
    with pytest.raises(InvalidReceiptError, match=why):
        Receipt.from_token(bend(receipt().leaf().decode()))


def test_a_refused_token_is_an_invalid_request_at_its_field_and_survives_the_wire() -> None:
    with pytest.raises(InvalidReceiptError) as caught:
        Receipt.from_token(encoded('{"s3cret": 1}'))
    received = from_problem(caught.value.problem("request-1"))
    assert isinstance(received, InvalidRequestError)
    assert received.errors[0].pointer == "/receipt"
    assert "Fairlead-Receipt" in received.detail


def batch(sequence: int, count: int) -> BatchRoot:
    leaves = Tree(leaf_hash(b"%d %d" % (sequence, n)) for n in range(count))
    return BatchRoot.signed("loans-3-a", "epoch-1", sequence, leaves, KEY.sign)


def test_a_batch_is_verified_by_the_key_that_signed_it_and_no_other() -> None:
    made = batch(1, 3)
    assert made.verified_by(KEY.public_key, verify)
    assert not made.verified_by(Signer(b"s" * 32).public_key, verify)


@pytest.mark.parametrize(
    "change",
    [{"replica": "loans-3-b"}, {"epoch": "epoch-2"}, {"sequence": 2}, {"size": 4}, {"root": DIGEST}],
    ids=lambda change: next(iter(change)),
)
def test_a_batchs_signature_covers_everything_that_it_says(change: dict[str, Any]) -> None:
    assert not batch(1, 3).model_copy(update=change).verified_by(KEY.public_key, verify)


def test_a_batch_survives_the_wire() -> None:
    made = batch(1, 3)
    again = BatchRoot.model_validate_json(made.model_dump_json())
    assert (again, again.leaf()) == (made, made.leaf())


def test_a_batch_without_receipts_cannot_be_signed() -> None:
    with pytest.raises(ValidationError):
        batch(1, 0)


def test_a_seal_counts_its_batches_and_their_receipts_and_has_the_root_over_them() -> None:
    batches = [batch(1, 3), batch(2, 5)]
    seal = Seal.over(batches)
    assert (seal.batches, seal.receipts) == (2, 8)
    assert seal.root == f"sha256:{Tree([leaf_hash(batch.leaf()) for batch in batches]).root().hex()}"
    assert seal.root == f"sha256:{seal_tree(batches).root().hex()}"
