"""A partition's file takes from its owner alone."""

from pathlib import Path

import pytest
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.presence import Presence
from fairlead_monitor.windows.store import LostError, move, position, transaction


def test_who_took_a_file_last_writes_it_and_who_had_it_before_is_refused(tmp_path: Path) -> None:
    slow, fast = Files(tmp_path), Files(tmp_path)
    slow.take(3, "slow/1")
    fast.take(3, "fast/2")
    with pytest.raises(LostError, match="held by another"), slow.writing(3) as db, transaction(db) as connection:
        move(connection, "PROFILES", 9)
    with fast.writing(3) as db, transaction(db) as connection:
        assert position(connection, "PROFILES") == 0
    assert (slow.holds(3, "slow/1"), fast.holds(3, "fast/2"), fast.owner(3)) == (False, True, "fast/2")


def test_what_was_let_go_is_not_written(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.take(3, "a/1")
    files.close(3)
    with pytest.raises(LostError, match="Partition 3"), files.writing(3):
        pytest.fail("it was written")


def test_a_file_that_was_taken_back_can_be_written_again(tmp_path: Path) -> None:
    files, other = Files(tmp_path), Files(tmp_path)
    files.take(3, "a/1")
    other.take(3, "b/2")
    files.take(3, "a/3")
    with files.writing(3) as db, transaction(db) as connection:
        move(connection, "PROFILES", 9)
    with other.reading(3) as connection:
        assert position(connection, "PROFILES") == 9


def test_a_copy_has_ended_when_nobody_holds_its_lock(tmp_path: Path) -> None:
    one, two = Presence(tmp_path, "one"), Presence(tmp_path, "two")
    assert (one.ended("two"), one.ended("never")) == (False, False)
    two.close()
    assert one.ended("two")
    one.tidy({"two"})
    assert one.ended("two")
    one.tidy(set())
    assert not (tmp_path / "monitor" / "copies" / "two").exists()
