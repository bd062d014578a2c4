"""Telemetry waits on the disk: nothing is lost when the bus is away or the replica is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fairlead_contracts.errors import UnavailableError
from fairlead_runtime.telemetry import outbox as outbox_module
from fairlead_runtime.telemetry import spool as spool_module
from fairlead_runtime.telemetry.outbox import Outbox
from fairlead_runtime.telemetry.spool import Spool


class Bus:
    """A bus that may be away; `taken` are the ids and bodies that it acknowledged."""

    def __init__(self, *, away: bool = False) -> None:
        self.away, self.taken = away, list[tuple[str, bytes]]()

    async def publish(self, _subject: str, payload: bytes, message_id: str) -> None:
        if self.away:
            raise UnavailableError("away")
        self.taken.append((message_id, payload))


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_what_one_start_could_not_send_the_next_sends_first(tmp_path: Path) -> None:
    bus = Bus(away=True)
    first = Outbox(bus.publish, Spool(tmp_path))
    for number in range(3):
        first.put("s", b"a\nb%d" % number, str(number))
    with pytest.raises(UnavailableError):
        await first.send_all()
    bus.away = False
    second = Outbox(bus.publish, Spool(tmp_path))
    second.put("s", b"new", "3")
    await second.send_all()
    assert bus.taken == [*((str(number), b"a\nb%d" % number) for number in range(3)), ("3", b"new")]
    assert files(tmp_path) == []


def killed_while_writing(folder: Path) -> int:
    """The last batch of which a process said that it was kept before it was killed."""
    code = (
        "import sys,itertools\nfrom pathlib import Path\nfrom fairlead_runtime.telemetry.spool import Spool\n"
        "spool=Spool(Path(sys.argv[1]))\n"
        "for number in itertools.count():\n"
        "    spool.put({'subject':'s','message_id':str(number)}, b'x'*100_000)\n"
        "    print(number, flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(50):
            last = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        return max([last, *(int(line) for line in process.stdout.read().splitlines()[:-1])])


async def test_a_replica_that_is_killed_in_between_loses_no_batch(tmp_path: Path) -> None:
    last = killed_while_writing(tmp_path)
    bus = Bus()
    await Outbox(bus.publish, Spool(tmp_path)).send_all()
    ids = [int(each) for each, _ in bus.taken]
    assert ids == list(range(len(ids)))
    assert ids[-1] >= last
    assert all(payload == b"x" * 100_000 for _, payload in bus.taken)


async def test_over_the_limit_the_oldest_goes_and_its_number_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "LIMIT", 10)
    bus = Bus()
    outbox = Outbox(bus.publish, Spool(tmp_path))
    for number in range(4):
        outbox.put("s", b"1234", str(number))
    assert (outbox.dropped, len(files(tmp_path))) == (2, 2)
    await outbox.send_all()
    assert [each for each, _ in bus.taken] == ["2", "3"]


async def test_a_disk_that_takes_nothing_leaves_the_batches_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, folder = Bus(), tmp_path / "spool"
    outbox = Outbox(bus.publish, Spool(folder))
    os.rmdir(folder)
    monkeypatch.setattr(outbox_module, "LIMIT", 10)
    for number in range(4):
        outbox.put("s", b"1234", str(number))
    await outbox.send_all()
    assert [each for each, _ in bus.taken] == ["2", "3"]


async def test_what_is_no_batch_holds_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "000000000000001").write_bytes(b"\xff")
    (tmp_path / "000000000000002").write_bytes(b"[]\nx")
    (tmp_path / "000000000000003.part").write_bytes(b"{}")
    bus = Bus()
    outbox = Outbox(bus.publish, Spool(tmp_path))
    outbox.put("s", b"x", "0")
    await outbox.send_all()
    assert (bus.taken, files(tmp_path)) == ([("0", b"x")], [])
