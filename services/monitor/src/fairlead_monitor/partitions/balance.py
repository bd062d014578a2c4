"""Who should hold how many partitions: as evenly as can be, with as few moves as can be."""

from dataclasses import dataclass

from fairlead_monitor.partitions.board import Board
from fairlead_monitor.partitions.places import PARTITIONS


@dataclass(frozen=True)
class Moves:
    """What this copy is to take, and to let go."""

    take: tuple[int, ...] = ()
    let_go: tuple[int, ...] = ()


def moves(board: Board) -> Moves:
    """The next step of this copy. It takes what nobody alive holds, up to its share; it lets go what is above that.

    Where 16 cannot be shared evenly some copies hold one more than others, and give it up only to one with too few.
    """
    living, mine = board.living(), board.held_by(board.me)
    low, high = PARTITIONS // len(living), -(-PARTITIONS // len(living))
    others = [len(board.held_by(each)) for each in living if each != board.me]
    share = low if any(each < low for each in others) else high
    if free := board.free():
        return Moves(take=tuple(free[: max(0, share - len(mine))]))
    return Moves(let_go=tuple(mine[share:]))
