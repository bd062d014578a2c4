"""Files that are written whole or not at all, for their owner alone."""

import stat
import threading

import pytest
from fairlead_chassis.natsd.private_files import make_directory_once, replace, write_once


def test_the_first_of_two_writers_wins(tmp_path) -> None:
    path = tmp_path / "file"
    assert (write_once(path, "first"), write_once(path, "second")) == (True, False)
    assert path.read_text() == "first"


def test_the_first_of_two_directories_wins(tmp_path) -> None:
    path = tmp_path / "directory"
    assert (make_directory_once(path, {"a": "1"}), make_directory_once(path, {"a": "2", "b": "2"})) == (True, False)
    assert {file.name: file.read_text() for file in path.iterdir()} == {"a": "1"}


def test_of_many_at_once_exactly_one_makes_it_and_none_sees_a_part(tmp_path) -> None:
    path, made, seen = tmp_path / "directory", [], []

    def make(text: str) -> None:
        made.append(make_directory_once(path, {name: text for name in "abc"}))
        seen.append({file.read_text() for file in path.iterdir()})

    makers = [threading.Thread(target=make, args=(str(n),)) for n in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sorted(made) == [False] * 7 + [True]
    assert len({frozenset(texts) for texts in seen}) == 1 == len(seen[0])


@pytest.mark.parametrize("write", [write_once, replace])
def test_only_the_owner_may_open_what_is_written(tmp_path, write) -> None:
    write(tmp_path / "file", "text")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize("write", [write_once, replace])
def test_no_draft_stays_behind(tmp_path, write) -> None:
    for _ in range(2):
        write(tmp_path / "file", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_replacing_puts_the_new_text_in_place(tmp_path) -> None:
    for text in ("old", "new"):
        replace(tmp_path / "file", text)
    assert (tmp_path / "file").read_text() == "new"


def test_a_directory_that_cannot_be_made_is_an_error_and_leaves_nothing(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        make_directory_once(tmp_path / "file", {"a": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
