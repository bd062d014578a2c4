"""What must hold from one ledger record to the next: the sequence, each aggregate's chain, the running hash of times.

After a fault each check finds its feet again, so that one bad record is named and not all that follow it.
"""

import re
from hashlib import sha256
from typing import Any

NO_TIMES = bytes(32)
"""The running hash over no times."""

REFUSED = "ledger.refused."
"""Refusals are appended without an expected sequence, so they may stand in no chain."""

_hex = re.compile(r"[0-9a-f]{64}").fullmatch


def next_times(before: bytes, sequence: int, time: str) -> bytes:
    """The running hash over all times up to this record's, from the one before it (at first `NO_TIMES`)."""
    return sha256(before + f"{sequence} {time}\n".encode()).digest()


class Order:
    """Sequences rise by one, from 1."""

    def __init__(self) -> None:
        self._low = self._high = self._other = 1

    def skip(self) -> None:
        """A line could not be read; it stands for one record or for a part of one."""
        self._high += 1

    def problem(self, sequence: int) -> str | None:
        """What is wrong with a record's sequence, if anything."""
        expected = self._low
        if expected <= sequence <= self._high or sequence == self._other:
            self._low = self._high = self._other = sequence + 1
            return None
        # Either records are missing and the next is sequence + 1, or this number alone is wrong.
        self._low, self._high, self._other = expected + 1, self._high + 1, sequence + 1
        return f"its sequence is {sequence} where {expected} was expected: records are missing, repeated or renumbered"


class Chains:
    """Each message names the sequence and the hash of the one before it on its subject; the first names none."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, bytes]] = {}
        self._distrusted: set[int] = set()
        self._lossy = False

    def distrust(self, sequence: int) -> None:
        """This record is bad by itself, so a link to it that does not fit says nothing of the record that has it."""
        self._distrusted.add(sequence)

    def lose(self) -> None:
        """Records may be missing from here on."""
        self._lossy = True

    def problem(self, sequence: int, subject: str, body: bytes, link: Any) -> str | None:
        """What is wrong with a record's link to the one before it, if anything."""
        before = self._last.get(subject)
        self._last[subject] = (sequence, sha256(body).digest())
        if link is None and (before is None or subject.startswith(REFUSED)):
            return None
        if before is not None and link == {"sequence": before[0], "hash": f"sha256:{before[1].hex()}"}:
            return None
        if self._excused(0 if before is None else before[0], link):
            return None
        if before is None:
            return "it names a record before it on its subject, and there is none"
        return f"its link does not fit record {before[0]}, the one before it on its subject: one of the two was changed"

    def _excused(self, before: int, link: Any) -> bool:
        # The fault lies with the record before, if that one is bad, or missing together with the lines that were lost.
        named = link.get("sequence") if isinstance(link, dict) else None
        if before in self._distrusted:
            return True
        return isinstance(named, int) and (named in self._distrusted or (self._lossy and named > before))


class Times:
    """The running hash over the records' times, by which a checkpoint can sign them."""

    def __init__(self) -> None:
        self._possible = [NO_TIMES]

    @property
    def value(self) -> bytes | None:
        """The running hash so far; None when it is not known any more."""
        return self._possible[0] if len(self._possible) == 1 else None

    def lose(self) -> None:
        """A record's time could not be read."""
        self._possible = []

    def problem(self, sequence: int, time: str, stated: str | None) -> str | None:
        """What is wrong with a record's time, if anything. `stated`: the running hash that it brings, in hex."""
        reached = [next_times(before, sequence, time) for before in self._possible]
        if stated is None:
            self._possible = reached
            return None
        if _hex(stated) is None:
            self._possible = []
            return "its running hash over the times is no hash in hex"
        claimed = bytes.fromhex(stated)
        if claimed in reached or not reached:
            self._possible = [claimed]
            return None
        # Either its time was changed and the claim is good, or the claim was.
        self._possible = [claimed, *reached]
        return "its time does not fit the running hash over the times: one of the two was changed"
