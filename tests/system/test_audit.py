"""The audit can be checked by anyone: proofs, consistency, export; and every change of a copy is found."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from fairlead_chassis.signing import verify
from fairlead_cli.commands import evidence, receipts
from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.merkle import leaf_hash, verify_consistency, verify_inclusion
from fairlead_contracts.evidence.notes import VerifierKey
from fairlead_contracts.evidence.proofs import ReceiptProof, verify_receipt
from fairlead_contracts.evidence.receipts import Receipt
from system.installation import Fairlead, infer_body, wait_for


def opened(view: Any) -> Checkpoint:
    return Checkpoint.open(view.note, [VerifierKey.parse(view.verifier)], verify)


@pytest.fixture
def downloaded(fairlead: Fairlead, tmp_path: Path) -> Path:
    evidence.save(fairlead.admin, tmp_path)
    return tmp_path


def test_the_downloaded_log_verifies_with_its_times(downloaded: Path) -> None:
    report = evidence.check(downloaded)
    assert report.ok
    assert report.proven == report.times_proven == report.records > 0


@pytest.mark.parametrize("field", ["entry", "time", "subject", "sequence"])
def test_any_changed_field_of_a_copy_is_found_at_its_record(downloaded: Path, field: str) -> None:
    log = downloaded / evidence.LOG
    lines = log.read_text().splitlines()
    record = json.loads(lines[2])
    changed = {"entry": record["entry"].replace("a", "b", 1), "time": "2001-01-01T00:00:00.000000Z",
               "subject": record["subject"] + "x", "sequence": 99}  # fmt: skip
    lines[2] = json.dumps({**record, field: changed[field]})
    log.write_text("\n".join(lines) + "\n")
    report = evidence.check(downloaded)
    assert not report.ok
    assert report.first is not None
    assert report.first.line == 3


def test_a_record_that_is_left_out_or_a_tail_that_is_cut_is_found(downloaded: Path) -> None:
    log = downloaded / evidence.LOG
    lines = log.read_text().splitlines()
    for kept in (lines[:2] + lines[3:], lines[:-1]):
        log.write_text("\n".join(kept) + "\n")
        assert not evidence.check(downloaded).ok


def test_an_entry_is_proven_to_be_in_the_checkpoint(fairlead: Fairlead, downloaded: Path) -> None:
    proof = fairlead.admin.get_proof(sequence=2)
    head = opened(proof.checkpoint)
    body = json.loads((downloaded / evidence.LOG).read_text().splitlines()[1])["entry"].encode()
    assert verify_inclusion(leaf_hash(body), 1, head.size, [bytes.fromhex(each) for each in proof.path], head.root)


def test_a_later_checkpoint_is_proven_to_hold_an_earlier_one(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    first = opened(admin.get_checkpoint())
    admin.create_model(model="between-checkpoints")
    second = opened(admin.get_checkpoint(at_least=admin.seen))
    path = [bytes.fromhex(each) for each in admin.get_consistency(first=first.size, second=second.size).path]
    assert verify_consistency(first.size, second.size, first.root, second.root, path)


def test_a_receipt_is_proven_within_its_time_and_offline(fairlead: Fairlead, deployed: str) -> None:
    admin = fairlead.admin
    body = infer_body(id="traced")
    token = admin.http.post(f"/v2/models/{deployed}/infer", json=body).json()["parameters"]["receipt"]
    wait_for(lambda: admin.trace_receipt(receipt=token).proven, 20)
    trace = admin.trace_receipt(receipt=token)
    assert (trace.author, trace.approver, trace.version) == ("user:author", "user:admin", 1)
    proof, key = ReceiptProof.model_validate(trace.proof), VerifierKey.parse(trace.verifier)
    steps = verify_receipt(Receipt.from_token(token), proof, keys=[key], verify=verify)
    assert all(step.ok for step in steps)
    other = Receipt.from_token(token).model_copy(update={"version": 2})
    assert not all(step.ok for step in verify_receipt(other, proof, keys=[key], verify=verify))


def test_a_receipts_file_is_checked_without_a_server_against_request_answer_and_key(
    fairlead: Fairlead, deployed: str, tmp_path: Path
) -> None:
    admin = fairlead.admin
    response = admin.http.post(f"/v2/models/{deployed}/infer", json=infer_body())
    token = response.json()["parameters"]["receipt"]
    wait_for(lambda: admin.trace_receipt(receipt=token).proven, 20)
    trace = admin.trace_receipt(receipt=token)
    found = receipts.Evidence(receipt=token, proof=ReceiptProof.model_validate(trace.proof), verifier=trace.verifier)
    file, body, answer, key = (tmp_path / name for name in ("proof.json", "body", "answer", "key"))
    file.write_text(found.model_dump_json())
    body.write_bytes(response.request.content)
    answer.write_bytes(response.content)
    key.write_text(trace.verifier)
    receipts.verify(file, key=key, body=body, answer=answer)
    answer.write_bytes(response.content.replace(b"probability", b"likelihood"))
    for wrong in ({"answer": answer}, {"body": answer}):
        with pytest.raises(typer.Exit):
            receipts.verify(file, **wrong)
    file.write_text(found.model_dump_json().replace(trace.verifier.split("+")[-1], "x"))
    with pytest.raises(InvalidRequestError):
        receipts.verify(file)


def test_a_receipt_that_was_made_up_is_not_proven(fairlead: Fairlead, deployed: str) -> None:
    admin = fairlead.admin
    token = admin.http.post(f"/v2/models/{deployed}/infer", json=infer_body()).json()["parameters"]["receipt"]
    forged = Receipt.from_token(token).model_copy(update={"version": 7}).to_token()
    trace = admin.trace_receipt(receipt=forged)
    assert not trace.proven
    assert admin.http.get("/api/v1/receipts/nonsense-that-is-none").status_code == 422
