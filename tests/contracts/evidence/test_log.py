"""An exported ledger verifies whole or not at all, and every bad record is named."""

import io
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from fairlead_chassis.signing import Signer, verify
from fairlead_contracts.evidence.canonical import canonical, digest
from fairlead_contracts.evidence.log import LogReport, Record, verify_log
from hypothesis import given, settings
from hypothesis import strategies as st

LOANS = "ledger.model.default.loans"
CARDS = "ledger.model.default.cards"
# Sequences: 1 loans, 2 cards, 3 a refusal, 4 loans, 5 cards, 6 a refusal, 7 loans, 8 cards, 9 ü
TOKENS = ("loans", "cards", "", "loans", "cards", "", "loans", "cards")


def fill(ledger: Any) -> Any:
    for token in TOKENS:
        ledger.append(token, kind="model" if token else "refused")
    ledger.append("ü")
    return ledger


@pytest.fixture
def filled(ledger: Any) -> Any:
    return fill(ledger)


def check(ledger: Any, lines: list[str] | None = None, *notes: str) -> LogReport:
    return verify_log(lines or ledger.lines(), notes or [ledger.checkpoint()], keys=[ledger.key], verify=verify)


def named(report: LogReport) -> list[tuple[int | None, str | None]]:
    return [(bad.sequence, bad.subject) for bad in report.bad]


def changed(line: str, **fields: Any) -> str:
    return canonical({**json.loads(line), **fields}).decode()


def rewritten(line: str, reseal: bool = True, **fields: Any) -> str:
    """The line with its message changed, by default with the message's own digest made to fit again."""
    envelope = {**json.loads(json.loads(line)["entry"]), **fields}
    if reseal:
        envelope["digest"] = digest(canonical({name: each for name, each in envelope.items() if name != "digest"}))
    return changed(line, entry=canonical(envelope).decode())


def test_a_whole_log_holds_and_is_proven_with_its_times(filled: Any) -> None:
    report = check(filled)
    assert report.ok
    assert (report.records, report.proven, report.times_proven) == (9, 9, 9)
    assert (report.root, report.first) == (filled.tree.root(), None)


def test_lines_are_read_from_an_open_file_as_well(filled: Any) -> None:
    file = io.BytesIO("".join(f"{line}\n" for line in filled.lines()).encode())
    assert verify_log(file, [filled.checkpoint()], keys=[filled.key], verify=verify).ok


def test_an_empty_log_holds_against_the_checkpoint_of_an_empty_log(ledger: Any) -> None:
    report = check(ledger, [""], ledger.checkpoint(0))
    assert (report.ok, report.records, report.proven) == (True, 0, 0)


def test_records_after_the_checkpoint_are_counted_but_not_proven(filled: Any) -> None:
    report = check(filled, None, filled.checkpoint(5))
    assert (report.ok, report.records, report.proven) == (True, 9, 5)


def test_checkpoints_of_earlier_days_hold_as_well(filled: Any) -> None:
    report = check(filled, None, filled.checkpoint(3), filled.checkpoint(7), filled.checkpoint())
    assert (report.ok, report.proven) == (True, 9)


@settings(max_examples=300)
@given(data=st.data())
def test_any_bit_that_was_changed_is_found_in_its_line(exported: tuple[bytes, Any], data: st.DataObject) -> None:
    whole, ledger = exported
    raw = bytearray(whole)
    at, bit = data.draw(st.integers(0, len(raw) - 2)), data.draw(st.integers(0, 7))
    raw[at] ^= 1 << bit
    report = verify_log(io.BytesIO(bytes(raw)), [ledger.checkpoint()], keys=[ledger.key], verify=verify)
    assert report.first is not None
    assert report.first.line == whole[:at].count(b"\n") + 1


@pytest.fixture(scope="module")
def exported(make_ledger: Callable[..., Any]) -> tuple[bytes, Any]:
    ledger = fill(make_ledger())
    return "".join(f"{line}\n" for line in ledger.lines()).encode(), ledger


def test_a_changed_message_is_named_alone_and_not_the_one_that_links_to_it(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = rewritten(lines[3], reseal=False, actor="user:mallory")
    report = check(filled, lines)
    assert named(report) == [(4, LOANS)]
    assert report.bad[0].problem == "its message does not fit its own digest: it was changed"
    assert report.problems == ("the first 9 records are not those that log.example/ledger signed",)


def test_a_message_changed_together_with_its_digest_is_found_by_the_link_to_it(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = rewritten(lines[3], actor="user:mallory")
    report = check(filled, lines)
    assert named(report) == [(7, LOANS)]
    assert "its link does not fit record 4" in report.bad[0].problem


def test_the_last_message_of_its_subject_rewritten_is_found_by_the_checkpoint(filled: Any) -> None:
    lines = filled.lines()
    lines[7] = rewritten(lines[7], actor="user:mallory")
    report = check(filled, lines, filled.checkpoint(6), filled.checkpoint())
    assert (report.bad, report.proven) == ((), 6)
    assert report.problems == ("the first 9 records are not those that log.example/ledger signed",)


def test_every_bad_record_is_named(filled: Any) -> None:
    lines = filled.lines()
    for at in (0, 2, 4, 8):
        lines[at] = rewritten(lines[at], reseal=False, decision=None)
    assert [bad.sequence for bad in check(filled, lines).bad] == [1, 3, 5, 9]


def test_a_missing_record_is_named_by_the_next(filled: Any) -> None:
    lines = filled.lines()
    del lines[3]
    report = check(filled, lines)
    assert named(report) == [(5, CARDS)]
    assert "its sequence is 5 where 4 was expected" in report.bad[0].problem


def test_a_log_that_does_not_begin_at_its_beginning_is_bad(filled: Any) -> None:
    assert named(check(filled, filled.lines()[3:])) == [(4, LOANS)]


def test_a_cut_tail_is_found_by_the_checkpoint(filled: Any) -> None:
    report = check(filled, filled.lines()[:7])
    assert report.bad == ()
    assert report.problems == ("the log was cut: a checkpoint covers 9 records and here are 7",)


def test_a_repeated_record_is_named(filled: Any) -> None:
    lines = filled.lines()
    assert named(check(filled, [*lines[:4], lines[3], *lines[4:]]))[0] == (4, LOANS)


def test_records_in_another_order_are_named(filled: Any) -> None:
    lines = filled.lines()
    lines[3], lines[4] = lines[4], lines[3]
    assert named(check(filled, lines))[0] == (5, CARDS)


def test_a_changed_sequence_is_named_alone(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = changed(lines[3], sequence=400)
    assert named(check(filled, lines)) == [(400, LOANS)]


def test_a_record_moved_to_another_subject_is_named_alone(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = changed(lines[3], subject=CARDS)
    report = check(filled, lines)
    assert named(report) == [(4, CARDS)]
    assert report.bad[0].problem == "its subject is not that of its message"


def test_a_changed_time_is_named_alone(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = changed(lines[3], time="2024-01-01T00:00:59.000000Z")
    report = check(filled, lines)
    assert named(report) == [(4, LOANS)]
    assert "its time does not fit" in report.bad[0].problem


def test_a_changed_running_hash_is_named_alone(filled: Any) -> None:
    lines = filled.lines()
    lines[3] = changed(lines[3], times="00" * 32)
    assert named(check(filled, lines)) == [(4, LOANS)]


def test_times_changed_together_with_their_running_hashes_are_found_by_the_checkpoint(
    filled: Any, make_ledger: Callable[..., Any]
) -> None:
    later = fill(make_ledger(first_second=30))
    forged = [
        record._replace(time=other.time, times=other.times)
        for record, other in zip(filled.records, later.records, strict=True)
    ]
    report = check(filled, [record.line() for record in forged])
    assert (report.bad, report.proven, report.times_proven) == ((), 9, 0)
    assert report.problems == ("the times of the first 9 records are not those that were signed",)


def test_a_log_whose_checkpoints_sign_no_times_holds_without_them(ledger_without_times: Any) -> None:
    report = check(fill(ledger_without_times))
    assert (report.ok, report.proven, report.times_proven) == (True, 9, 0)


@pytest.mark.parametrize(
    "line", ["junk", "[]", "7", "null", "{}", '{"sequence":4}', "\x00", "{" * 10_000, b"\xff\xfe"], ids=range(9)
)
def test_a_line_that_is_no_record_is_named_by_its_number_and_the_rest_is_still_checked(filled: Any, line: Any) -> None:
    lines = filled.lines()
    lines[3] = line
    lines[6] = rewritten(lines[6], reseal=False, actor="user:mallory")
    assert [(bad.line, bad.sequence) for bad in check(filled, lines).bad] == [(4, None), (7, 7)]


@pytest.mark.parametrize(
    "fields",
    [{"sequence": "4"}, {"sequence": True}, {"subject": 4}, {"time": None}, {"times": 4}, {"entry": 4}, {"more": 4}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_record_with_fields_that_do_not_belong_is_no_record(filled: Any, fields: dict[str, Any]) -> None:
    lines = filled.lines()
    lines[3] = changed(lines[3], **fields)
    report = check(filled, lines)
    assert [(bad.line, bad.sequence) for bad in report.bad] == [(4, None)]
    assert "no record" in report.bad[0].problem


@pytest.mark.parametrize(
    "body",
    [b"not JSON", b"[]", b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":"\\u00e9"}', b"\xff"],
    ids=range(8),
)
def test_a_message_that_is_not_canonical_json_is_named(ledger: Any, body: bytes) -> None:
    ledger.append_bytes(LOANS, body)
    report = check(ledger)
    assert [(bad.sequence, bad.problem) for bad in report.bad] == [(1, "its message is not canonical JSON")]


def test_a_message_whose_bytes_are_no_text_is_exported_whole(ledger: Any) -> None:
    ledger.append_bytes(LOANS, b"\xff\x00")
    line = ledger.records[0].line()
    assert json.loads(line)["entry_base64"] == b64encode(b"\xff\x00").decode()
    assert Record.parse(line) == ledger.records[0]


@given(st.integers(1), st.text(st.characters(codec="utf-8")), st.binary())
def test_any_record_is_read_back_from_its_line(sequence: int, subject: str, body: bytes) -> None:
    record = Record(sequence % 2**53, subject, "2024-01-01T00:00:00.000000Z", body)
    assert Record.parse(record.line()) == record


@pytest.mark.parametrize("previous", [{"sequence": 1, "hash": "sha256:" + "00" * 32}, {"sequence": [1]}, "1", None])
def test_a_link_that_does_not_fit_is_named(filled: Any, previous: Any) -> None:
    lines = filled.lines()
    lines[3] = rewritten(lines[3], previous=previous)
    assert "its link does not fit record 1" in check(filled, lines).bad[0].problem


def test_the_first_of_a_subject_links_to_nothing(filled: Any) -> None:
    lines = filled.lines()
    lines[0] = rewritten(lines[0], previous={"sequence": 0, "hash": "sha256:" + "00" * 32})
    assert check(filled, lines).bad[0].problem == "it names a record before it on its subject, and there is none"


def test_without_a_checkpoint_nothing_is_proven(filled: Any) -> None:
    report = verify_log(filled.lines(), [], keys=[filled.key], verify=verify)
    assert (report.ok, report.bad, report.proven) == (False, (), 0)
    assert "no valid checkpoint" in report.problems[0]


def test_a_checkpoint_by_an_unknown_key_proves_nothing(filled: Any) -> None:
    another = Signer(b"x" * 32).verifier(filled.key.name)
    report = verify_log(filled.lines(), [filled.checkpoint()], keys=[another], verify=verify)
    assert (report.ok, report.proven) == (False, 0)
    assert "no known key signed this note" in report.problems[0]


def test_a_checkpoint_of_another_log_is_found_out(filled: Any, make_ledger: Callable[..., Any]) -> None:
    other = make_ledger()
    for _ in range(9):
        other.append("loans")
    assert check(filled, None, other.checkpoint()).problems == (
        "the first 9 records are not those that log.example/ledger signed",
    )
