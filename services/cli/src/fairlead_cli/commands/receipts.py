"""`fairlead receipt download` and `verify`: one answer's proof in a file, and the check of it without any server."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_chassis.signing import verify as verify_signature
from fairlead_contracts.errors import InvalidRequestError, UnavailableError
from fairlead_contracts.evidence.notes import InvalidNoteError, VerifierKey
from fairlead_contracts.evidence.proofs import ReceiptProof, Step, verify_receipt
from fairlead_contracts.evidence.receipts import Receipt
from fairlead_contracts.values import Message
from pydantic import ValidationError

from fairlead_cli.output import JsonOption, console, show_json
from fairlead_cli.session import session

_OUTPUTS = b',"outputs":'


class Evidence(Message):
    """A receipt's token, its proof, and the key that signs the log's checkpoints."""

    receipt: str
    proof: ReceiptProof
    verifier: str


def download(
    receipt: Annotated[str, typer.Argument(help="The receipt, as it came back with the answer.")],
    file: Annotated[Path, typer.Argument(help="Where the proof goes.")],
) -> None:
    """Write a receipt with its proof into a file, for verification anywhere.

    Example: `fairlead receipt download eyJkZXBsb3ltZW50Ijoi proof.json`
    """
    with session() as client:
        found = client.trace_receipt(receipt=receipt)
    if found.proof is None:
        raise UnavailableError("The proof is not there yet: it is ready 15 s after the answer; run this again then.")
    evidence = Evidence(receipt=receipt, proof=ReceiptProof.model_validate(found.proof), verifier=found.verifier)
    file.write_text(evidence.model_dump_json(indent=1) + "\n")
    console.print(f"receipt, proof and key in {file}; `fairlead receipt verify {file}` checks them without a server")


def verify(
    file: Annotated[Path, typer.Argument(help="What `receipt download` wrote.")],
    key: Annotated[Path | None, typer.Option(help="The log's key, from a source that you trust.")] = None,
    body: Annotated[Path | None, typer.Option(help="The request's body, byte for byte.")] = None,
    answer: Annotated[Path | None, typer.Option(help="The answer's JSON, byte for byte.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a receipt's proof, step by step, without a server. Exit code 1 when it does not hold.

    Examples: `fairlead receipt verify proof.json`, `fairlead receipt verify proof.json --key verifier.txt`
    """
    evidence = _read(file)
    receipt = Receipt.from_token(evidence.receipt)
    trusted = _key(_text(key).strip() if key else evidence.verifier, key or file)
    steps = [*verify_receipt(receipt, evidence.proof, keys=[trusted], verify=verify_signature)]
    if body is not None:
        steps.append(_digest("input", receipt.input_digest, _bytes(body)))
    if answer is not None:
        steps.append(_digest("output", receipt.output_digest, _outputs(_bytes(answer))))
    proven = all(step.ok for step in steps)
    if as_json:
        show_json(
            {"proven": proven, "receipt": json.loads(receipt.leaf()), "steps": [each.model_dump() for each in steps]}
        )
    else:
        _show(receipt, steps, pinned=key is not None)
    if not proven:
        raise typer.Exit(1)


def _read(file: Path) -> Evidence:
    try:
        return Evidence.model_validate_json(_text(file))
    except ValidationError as error:
        place = "/".join(map(str, error.errors()[0]["loc"])) or "its beginning"
        raise InvalidRequestError(
            f"{file} is not what `fairlead receipt download` wrote: it does not fit at {place}."
        ) from None


def _key(text: str, file: Path) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except InvalidNoteError as error:
        raise InvalidRequestError(f"{file} holds no key of a log: {error}.") from None


def _text(path: Path) -> str:
    return _bytes(path).decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.") from None


def _outputs(answer: bytes) -> bytes:
    # The receipt is over the outputs as they were sent; they are the last member of the answer's object.
    _, found, outputs = answer.rstrip().partition(_OUTPUTS)
    return outputs[:-1] if found else answer


def _digest(name: str, expected: str, data: bytes) -> Step:
    found = f"sha256:{hashlib.sha256(data).hexdigest()}"
    detail = f"{found[:23]}… as the receipt says" if found == expected else f"{found[:23]}…, the receipt says another"
    return Step(name=name, ok=found == expected, detail=detail)


def _show(receipt: Receipt, steps: list[Step], *, pinned: bool) -> None:
    served = f"{receipt.model} version {receipt.version} answered {receipt.id} in {receipt.deployment}"
    console.print(f"{served}, {receipt.time.isoformat()}")
    for step in steps:
        console.print(("[green]✓[/] " if step.ok else "[red]✗[/] ") + f"{step.name}: {step.detail}", highlight=False)
    if not pinned:
        console.print("[dim]the key came with the proof; --key checks against one that you hold[/]")


def add_to(groups: dict[str, Any]) -> None:
    """Add both commands to the group `receipt`."""
    groups["receipt"].command()(download)
    groups["receipt"].command()(verify)
