"""Copies share the partitions evenly, whoever comes and goes and however their steps interleave."""

from datetime import UTC, datetime

from fairlead_chassis.bus.follow import RawMessage
from fairlead_contracts.leases import Beat, Lease
from fairlead_contracts.messages import beat_subject, lease_subject
from fairlead_monitor.partitions.balance import moves
from fairlead_monitor.partitions.board import PATIENCE, Board
from fairlead_monitor.partitions.places import PARTITIONS
from hypothesis import given, settings
from hypothesis import strategies as st


class Stream:
    """LEASES in memory: the last message of each subject, with nats-server's rule for an expected sequence."""

    def __init__(self) -> None:
        self.now, self.ended, self.last = 0.0, set[str](), 0
        self.messages: list[RawMessage] = []
        self.boards: dict[str, Board] = {}

    def join(self, name: str) -> None:
        board = Board(name, self.ended.__contains__, lambda: self.now)
        for message in self.messages:
            board.take(message)
        self.boards[name] = board
        self.beat(name)

    def beat(self, name: str, *, leaving: bool = False) -> None:
        beat = Beat(copy_id=name, number=self.last, leaving=leaving)
        self._append(beat_subject("monitor", name), beat.model_dump_json())
        if leaving:
            del self.boards[name]

    def step(self, name: str) -> bool:
        """One step of one copy; whether there was anything to do."""
        board = self.boards[name]
        step = moves(board)
        for partition, holder in [*((each, "") for each in step.let_go), *((each, name) for each in step.take)]:
            lease = Lease(partition=partition, holder=holder)
            self._append(lease_subject("monitor", partition), lease.model_dump_json())
        return bool(step.take or step.let_go)

    def settle(self, order: list[int]) -> list[int]:
        """Steps until nobody has anything to do; how many partitions each copy then holds."""
        for turn in range(100):
            turned = order[turn % len(order)] % len(self.boards)
            names = [*sorted(self.boards)[turned:], *sorted(self.boards)[:turned]]
            if not any([self.step(name) for name in names]):
                break
        else:
            raise AssertionError("they never agree")
        some = next(iter(self.boards.values()))
        return sorted(len(some.held_by(name)) for name in self.boards)

    def _append(self, subject: str, body: str) -> None:
        self.last += 1
        message = RawMessage(self.last, datetime.fromtimestamp(0, UTC), subject, body.encode())
        self.messages.append(message)
        for board in self.boards.values():
            board.take(message)


def even(copies: int) -> list[int]:
    return sorted(PARTITIONS // copies + (place < PARTITIONS % copies) for place in range(copies))


@settings(deadline=None, max_examples=30)
@given(order=st.lists(st.integers(0, 99), min_size=1, max_size=8), copies=st.integers(1, 20), killed=st.integers(0, 19))
def test_whoever_comes_and_goes_all_partitions_are_held_as_evenly_as_can_be(
    order: list[int], copies: int, killed: int
) -> None:
    stream = Stream()
    for place in range(copies):
        stream.join(f"copy-{place}")
        assert stream.settle(order) == even(place + 1)
    if copies > 1:
        victim = f"copy-{killed % copies}"
        stream.ended.add(victim)
        del stream.boards[victim]
        assert stream.settle(order) == even(copies - 1)


def test_a_copy_that_comes_moves_no_more_than_its_own_share() -> None:
    stream = Stream()
    for name in ("a", "b"):
        stream.join(name)
    stream.settle([0])
    before = {partition: held.holder for partition, held in stream.boards["a"].leases.items()}
    stream.join("c")
    stream.settle([0])
    after = {partition: held.holder for partition, held in stream.boards["a"].leases.items()}
    moved = [each for each in before if before[each] != after[each]]
    assert moved == stream.boards["a"].held_by("c")
    assert len(moved) in (PARTITIONS // 3, -(-PARTITIONS // 3))


def test_a_copy_that_leaves_is_followed_at_once() -> None:
    stream = Stream()
    for name in ("a", "b"):
        stream.join(name)
    stream.settle([0])
    stream.beat("b", leaving=True)
    assert stream.settle([0]) == [16]


def test_a_copy_that_falls_silent_is_given_time_and_then_followed() -> None:
    stream = Stream()
    for name in ("a", "b"):
        stream.join(name)
    stream.settle([0])
    del stream.boards["b"]
    stream.now = PATIENCE - 0.1
    assert stream.settle([0]) == [8]
    stream.now = PATIENCE
    assert stream.settle([0]) == [16]


def test_a_holder_that_was_never_heard_of_is_given_time_to_be_heard() -> None:
    stream = Stream()
    stream.join("a")
    stream.settle([0])
    stream.messages = [each for each in stream.messages if "beat" not in each.subject]
    del stream.boards["a"]
    stream.join("b")
    assert stream.settle([0]) == [0]
    stream.now = PATIENCE
    assert stream.settle([0]) == [16]


def test_what_is_no_lease_changes_nothing() -> None:
    stream = Stream()
    stream.join("a")
    for subject, body in (
        (lease_subject("monitor", 0), "{"),
        (lease_subject("monitor", 99), '{"partition": 99, "holder": "x"}'),
        (beat_subject("monitor", "x"), '{"copy_id": ""}'),
    ):
        stream._append(subject, body)
    assert stream.settle([0]) == [16]
