"""An exported ledger, checked offline: every record, every chain, the whole tree against signed checkpoints.

The export is JSON lines, one record a line: `sequence`, `subject`, `time`, and the exact bytes of the message as text
in `entry` (or, were they not UTF-8, in `entry_base64`). Sequence n is leaf n-1 of the tree. `times`, optional, is the
running hash over the times so far; a checkpoint that signs it (`times_line`) proves them too.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import from_json

from fairlead_contracts.evidence.canonical import canonical, digest
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.continuity import REFUSED, Chains, Order, Times
from fairlead_contracts.evidence.merkle import Frontier, leaf_hash
from fairlead_contracts.evidence.notes import InvalidNoteError, VerifierKey, Verify

TIMES = "times "


class Record(NamedTuple):
    """One line of an export."""

    sequence: int
    subject: str
    time: str
    body: bytes
    times: str | None = None

    def line(self) -> str:
        """This record as a line of an export, without its newline."""
        fields = {"sequence": self.sequence, "subject": self.subject, "time": self.time}
        try:
            fields["entry"] = self.body.decode()
        except UnicodeDecodeError:
            fields["entry_base64"] = b64encode(self.body).decode()
        if self.times is not None:
            fields["times"] = self.times
        return canonical(fields).decode()

    @classmethod
    def parse(cls, line: str | bytes) -> "Record":
        """Read a line of an export.

        Raises: ValueError saying what is wrong with it.
        """
        try:
            fields = from_json(line)
            entry, encoded = fields.pop("entry", None), fields.pop("entry_base64", None)
            body = b64decode(encoded, validate=True) if entry is None else entry.encode()
            record = cls(body=body, **fields)
        except (ValueError, TypeError, AttributeError):
            raise ValueError("this line is no record: it is not the JSON that an export holds") from None
        texts = (record.subject, record.time, "" if record.times is None else record.times)
        if type(record.sequence) is not int or not all(type(text) is str for text in texts):
            raise ValueError("this line is no record: its values are of the wrong type")
        return record


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that does not hold; where nothing can be read, `sequence` and `subject` are None. Lines from 1."""

    line: int
    sequence: int | None
    subject: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a log's verification found. `problems` are those of the log as a whole, `bad` those of single records.

    `proven` is how many records the largest checkpoint that holds covers, `times_proven` how many of their times.
    """

    records: int
    root: bytes
    proven: int
    times_proven: int
    bad: tuple[BadRecord, ...]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.bad and not self.problems

    @property
    def first(self) -> BadRecord | None:
        """The first record that does not hold."""
        return self.bad[0] if self.bad else None


def times_line(times: bytes) -> str:
    """The checkpoint's extension line that signs the running hash over the times."""
    return f"{TIMES}sha256:{times.hex()}"


def verify_log(
    lines: Iterable[str | bytes], notes: Iterable[str | bytes], *, keys: Sequence[VerifierKey], verify: Verify
) -> LogReport:
    """Rebuild the tree of an exported ledger from its first record on, and check everything that can be checked.

    `notes` are signed checkpoints; those of earlier days prove that the log only grew since. Streams: memory grows
    with the subjects and the bad records, not with the log.
    """
    verifier = _LogVerifier()
    for note in notes:
        verifier.expect(note, keys, verify)
    for line in lines:
        verifier.feed(line)
    return verifier.report()


class _LogVerifier:
    def __init__(self) -> None:
        self._lines = 0
        self._frontier = Frontier()
        self._order, self._chains, self._times = Order(), Chains(), Times()
        self._checkpoints: dict[int, list[Checkpoint]] = {}
        self._proven = self._times_proven = 0
        self._bad: list[BadRecord] = []
        self._problems: list[str] = []

    def expect(self, note: str | bytes, keys: Sequence[VerifierKey], verify: Verify) -> None:
        try:
            checkpoint = Checkpoint.open(note, keys, verify)
        except InvalidNoteError as error:
            self._problems.append(f"a checkpoint does not hold: {error}")
        else:
            self._checkpoints.setdefault(checkpoint.size, []).append(checkpoint)

    def feed(self, line: str | bytes) -> None:
        self._lines += 1
        if not line.strip():
            return
        try:
            record = Record.parse(line)
        except ValueError as error:
            self._bad.append(BadRecord(self._lines, None, None, str(error)))
            self._order.skip()
            self._lose()
            return
        self._frontier.append(leaf_hash(record.body))
        problem = self._problem(record)
        if problem is not None:
            self._bad.append(BadRecord(self._lines, record.sequence, record.subject, problem))
            self._chains.distrust(record.sequence)
        if self._frontier.size in self._checkpoints:
            self._compare(self._frontier.size)

    def report(self) -> LogReport:
        size = self._frontier.size
        if not self._checkpoints:
            self._problems.append("there is no valid checkpoint, so nothing proves these records whole or unchanged")
        for covered in sorted(self._checkpoints):
            if covered > size:
                self._problems.append(f"the log was cut: a checkpoint covers {covered} records and here are {size}")
        if size == 0:
            self._compare(0)
        root, bad, problems = self._frontier.root(), tuple(self._bad), tuple(self._problems)
        return LogReport(size, root, self._proven, self._times_proven, bad, problems)

    def _lose(self) -> None:
        self._chains.lose()
        self._times.lose()

    def _problem(self, record: Record) -> str | None:
        order = self._order.problem(record.sequence)
        if order is not None:
            self._lose()
        envelope, fault = _envelope(record)
        link = None if envelope is None else envelope.get("previous")
        chain = self._chains.problem(record.sequence, record.subject, record.body, link)
        time = self._times.problem(record.sequence, record.time, record.times)
        return order or fault or chain or time

    def _compare(self, size: int) -> None:
        for checkpoint in self._checkpoints.get(size, ()):
            if checkpoint.root != self._frontier.root():
                self._problems.append(f"the first {size} records are not those that {checkpoint.origin} signed")
                continue
            self._proven = size
            times = [line for line in checkpoint.extensions if line.startswith(TIMES)]
            if times and times != [times_line(self._times.value or b"")]:
                self._problems.append(f"the times of the first {size} records are not those that were signed")
            elif times:
                self._times_proven = size


def _envelope(record: Record) -> tuple[dict[str, Any] | None, str | None]:
    # The message as far as it can be read, and what is wrong with it by itself.
    try:
        envelope = from_json(record.body)
        whole = canonical(envelope) == record.body
    except ValueError:
        return None, "its message is not canonical JSON"
    if not whole or not isinstance(envelope, dict):
        return None, "its message is not canonical JSON"
    if not fits_digest(envelope.get("digest"), record.body):
        return envelope, "its message does not fit its own digest: it was changed"
    if record.subject != _subject(envelope):
        return envelope, "its subject is not that of its message"
    return envelope, None


def fits_digest(stated: Any, body: bytes) -> bool:
    """Whether the digest that a message states is over all its other members; `body`: its canonical JSON."""
    if not isinstance(stated, str):
        return False
    # Cutting the member out of canonical bytes is twice as fast as writing them again, and says the same.
    if digest(body.replace(f'"digest":"{stated}",'.encode(), b"", 1)) == stated:
        return True
    envelope = from_json(body)
    return digest(canonical({name: value for name, value in envelope.items() if name != "digest"})) == stated


def _subject(envelope: dict[str, Any]) -> str:
    if envelope.get("kind") == "refused":
        return f"{REFUSED}{envelope.get('service')}"
    return f"ledger.{envelope.get('kind')}.{envelope.get('project')}.{envelope.get('token')}"
