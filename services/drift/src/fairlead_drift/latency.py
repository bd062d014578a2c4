"""Latency as counts on logarithmic buckets: mergeable, exact, each quantile within 1 % of the true one.

Buckets: below 128 us one for each microsecond; above, 128 for each doubling, so a bucket is at most 1/128 wide of its
value. Bytes: `FLL1`, then pairs of bucket (int32) and count (int64), ascending, little-endian.
"""

import struct
from collections import Counter

from fairlead_drift.errors import ProfileError

MAGIC = b"FLL1"
_PAIR = struct.Struct("<iq")
_BITS = 7
_EXACT = 1 << _BITS
_LARGEST = 1 << 40


class LatencyHistogram:
    """Counts of durations in microseconds."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def record(self, us: int, n: int = 1) -> None:
        """Count a duration `n` times; from 0 to about 12 days, what is outside counts as the nearest."""
        self.counts[_bucket(min(max(us, 0), _LARGEST))] += n

    @property
    def total(self) -> int:
        """How many durations were counted."""
        return self.counts.total()

    def merge(self, other: "LatencyHistogram") -> "LatencyHistogram":
        """Both together."""
        merged = LatencyHistogram()
        merged.counts = self.counts + other.counts
        return merged

    def quantile(self, q: float) -> int:
        """The smallest bucket's middle, in microseconds, that at least a share `q` of the durations reaches.

        Raises: ValueError when nothing was counted, or `q` is not in [0, 1].
        """
        if not self.counts or not 0 <= q <= 1:
            raise ValueError("a quantile needs at least one duration and a share in [0, 1]")
        left = max(1, -(-q * self.total // 1))
        for bucket in sorted(self.counts):
            left -= self.counts[bucket]
            if left <= 0:
                return _middle(bucket)
        return _middle(max(self.counts))

    def over(self, us: int) -> int:
        """How many durations were longer; those in the bucket of `us` itself, at most 1/128 longer, are not."""
        limit = _bucket(min(max(us, 0), _LARGEST))
        return sum(count for bucket, count in self.counts.items() if bucket > limit)

    def to_bytes(self) -> bytes:
        """The exact bytes: equal counts give equal bytes."""
        return MAGIC + b"".join(_PAIR.pack(*pair) for pair in sorted(self.counts.items()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "LatencyHistogram":
        """A histogram back from its bytes. Raises: ProfileError for damaged ones."""
        if data[: len(MAGIC)] != MAGIC or (len(data) - len(MAGIC)) % _PAIR.size:
            raise ProfileError("These bytes are no latency histogram.")
        histogram = cls()
        histogram.counts = Counter(dict(_PAIR.iter_unpack(data[len(MAGIC) :])))
        return histogram


def _bucket(us: int) -> int:
    if us < _EXACT:
        return us
    shift = us.bit_length() - _BITS - 1
    return (shift + 1) * _EXACT + (us >> shift) - _EXACT


def _middle(bucket: int) -> int:
    if bucket < _EXACT:
        return bucket
    shift = bucket // _EXACT - 1
    start = (bucket % _EXACT + _EXACT) << shift
    return start + ((1 << shift) - 1) // 2
