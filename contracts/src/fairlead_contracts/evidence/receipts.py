"""Receipts: the statement about one prediction, and the signed and sealed roots of many of them.

A receipt's canonical bytes are a leaf. A replica signs the root of each batch of leaves; audit seals the batches of a
period under one root, which goes on the ledger.
"""

import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError

from fairlead_contracts.errors import FieldError, InvalidRequestError
from fairlead_contracts.evidence.canonical import canonical
from fairlead_contracts.evidence.merkle import Tree, leaf_hash
from fairlead_contracts.evidence.notes import Sign, Verify
from fairlead_contracts.names import Digest, ModelName, Name, Number
from fairlead_contracts.values import Instant, Message

TOKEN_LIMIT = 4_000
HEADER = "Fairlead-Receipt"
"""The HTTP header that brings a receipt's token along with the answer."""

_token = re.compile(r"[A-Za-z0-9_-]+").fullmatch

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""An Ed25519 public key in base64."""
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
"""An Ed25519 signature in base64."""


class InvalidReceiptError(InvalidRequestError):
    """A text is no receipt's token."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"This is not a receipt: {why}. Give the text of the answer's {HEADER} header, whole and unchanged.",
            [FieldError(pointer="/receipt", detail=why)],
        )


class Served(Message):
    """What a replica serves: the same in all its receipts."""

    project: Name
    deployment: Name
    revision: Number
    replica: Name
    model: ModelName
    version: Number
    version_digest: Digest
    schema_digest: Digest


class Receipt(Served):
    """One prediction: which version answered which input with which output, where and when.

    `input_digest` is over the request's body as the replica got it, `output_digest` over the answer's outputs as it
    sent them. `v` fixes the form: canonical JSON (RFC 8785), SHA-256, Merkle trees (RFC 6962).
    """

    v: Literal[1] = 1
    id: str = Field(min_length=1, max_length=200)
    time: Instant
    input_digest: Digest
    output_digest: Digest

    def leaf(self) -> bytes:
        """The canonical bytes: what is hashed as a leaf, and what the token spells."""
        return canonical(self.model_dump(mode="json"))

    def to_token(self) -> str:
        """This receipt as one word, safe in a header, an address and a command line."""
        return token(self.leaf())

    @classmethod
    def from_token(cls, text: str) -> Self:
        """Read a token.

        Raises: InvalidReceiptError unless the text is, byte for byte, what `to_token` makes of the receipt.
        """
        if len(text) > TOKEN_LIMIT or not _token(text):
            raise InvalidReceiptError(f"expected at most {TOKEN_LIMIT} of the characters A-Z a-z 0-9 _ -")
        try:
            receipt = cls.model_validate_json(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValidationError as error:
            place = "/".join(map(str, error.errors()[0]["loc"]))
            raise InvalidReceiptError(f"the field '{place}' does not fit" if place else "it holds no JSON") from None
        except ValueError:
            raise InvalidReceiptError("it is not base64url") from None
        if receipt.to_token() != text:
            raise InvalidReceiptError("it is not in canonical form")
        return receipt


class BatchRoot(Message):
    """The root over the leaves of one batch of receipts, signed by the replica that made them."""

    replica: Name
    epoch: str = Field(min_length=1, max_length=100)
    sequence: int = Field(ge=1)
    size: int = Field(ge=1)
    root: Digest
    signature: Signature

    @classmethod
    def signed(cls, replica: str, epoch: str, sequence: int, leaves: Tree, sign: Sign) -> Self:
        """The root of a batch with the replica's signature."""
        place = {"replica": replica, "epoch": epoch, "sequence": sequence}
        said = {**place, "size": leaves.size, "root": f"sha256:{leaves.root().hex()}"}
        return cls.model_validate({**said, "signature": b64encode(sign(_statement(said))).decode()})

    def verified_by(self, public_key: bytes, verify: Verify) -> bool:
        """Whether the key signed this very root, at this place."""
        said = self.model_dump(exclude={"signature"})
        return verify(public_key, _statement(said), b64decode(self.signature))

    def leaf(self) -> bytes:
        """The canonical bytes that are a leaf of the seal's tree, signature included."""
        return canonical(self.model_dump())


class Seal(Message):
    """The root over the batches of a period, in their order, as the ledger records it."""

    root: Digest
    batches: int = Field(ge=1)
    receipts: int = Field(ge=1)

    @classmethod
    def over(cls, batches: Sequence[BatchRoot]) -> Self:
        """The seal of these batches."""
        root = seal_tree(batches).root()
        return cls(root=f"sha256:{root.hex()}", batches=len(batches), receipts=sum(batch.size for batch in batches))


def seal_tree(batches: Sequence[BatchRoot]) -> Tree:
    """The tree whose root a seal is, for the proofs that lead to it."""
    return Tree(leaf_hash(batch.leaf()) for batch in batches)


def token(leaf: bytes) -> str:
    """The token of a receipt from its canonical bytes."""
    return urlsafe_b64encode(leaf).rstrip(b"=").decode()


def _statement(said: dict[str, object]) -> bytes:
    # The type keeps a signature over a batch from passing for one over anything else.
    return canonical({**said, "type": "fairlead.receipts.batch", "v": 1})
