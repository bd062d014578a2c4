"""A monitor that is killed while it closes hours loses nothing and doubles nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from monitor.archive.place import PARTITION, Place
from monitor.world import NOW, prediction_batch

ROWS = 84
CLOSING = """
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from monitor.archive.place import Place
from fairlead_monitor.archive import closing
from monitor.world import NOW
import duckdb, numpy
closing.AT_MOST = 7
home = Path(sys.argv[1])
for after in sys.stdin:  # each time in a process of its own, which is killed so many seconds later
    child = os.fork()
    if child == 0:
        here = Place.__new__(Place)
        here.begin(home, home / "objects")
        here.close(NOW + 40 * 86_400_000_000)
        os._exit(0)
    time.sleep(float(after))
    os.kill(child, signal.SIGKILL)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    place = Place(tmp_path / "home")
    ids = tuple(f"p{number:03}" for number in range(ROWS))
    for sequence in range(3):
        place.arrive(NOW + sequence, prediction_batch("r-0", sequence + 1, ids[sequence::3]))
    expected = place.every_report(ids)
    place.files.close(PARTITION)
    command = [sys.executable, "-c", CLOSING, str(place.home), str(Path(__file__).parents[2])]
    partly = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killer:
        assert killer.stdin is not None
        assert killer.stdout is not None
        for kill in range(1, 200):
            killer.stdin.write(f"{0.05 * kill}\n")
            killer.stdin.flush()
            status = int(killer.stdout.readline())
            here = again(place)
            assert here.every_report(ids) == expected
            partly += 0 < here.hot() < ROWS
            here.files.close(PARTITION)
            if status == 0:
                break
        else:
            pytest.fail("it was never through")
        killer.stdin.close()
    assert (here.hot(), sum(each.rows for each in here.archived())) == (0, ROWS)
    assert partly > 0


def again(place: Place) -> Place:
    """The same data directory, as a monitor that starts finds it."""
    here = Place.__new__(Place)
    here.begin(place.home, place.home / "objects")
    return here
