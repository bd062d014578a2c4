"""Where what is in a profile's memory. Nothing is compiled here, so this loads without numba.

memory: `HEAD` words; `FIELDS` fields of K words, one word a numeric feature, K being their number rounded up to whole
vectors; the edges, (edges, K), padded with NaN; a record for each categorical feature; the state: rows, all counts, and
the numeric features' sums, (WIDE, K). Lanes beyond the last feature hold a feature that only ever misses.
"""

LANES = 8
"""Doubles in the widest vectors."""
GROUP = 3
"""Edges that are compared with a value at a time; their number is padded to a multiple of it."""
HEAD = 8
NUMERIC, CATEGORICAL, WIDTH, EDGES, STATE, SUMS = range(6)
"""Words of the head: how many features of each kind; K; how many edges; places of the state and of its sums."""
FIELDS = 8
COUNTS, SIZE, LOW, HIGH, SCALE, NEAR, VALUES, PLACES = range(FIELDS)
"""Fields: place of the counts, how many edges; low, high, 1/quantum, largest value whose step has 32 bits; scratch."""
WIDE = 6
TOTAL, SQUARES, LEAST, MOST = 0, 2, 4, 5
"""Rows of the sums: a total and a sum of squares of two words each, low one first; smallest and largest value."""
CODED = 2
"""A categorical record: the place of its counts, how many bins."""
SATURATION = 46
"""What is beyond 2**46 grid steps, 65,536 times the largest that training had, counts into the sums as 2**46 steps."""
FULL = 2**62
"""A sum of squares whose high word is here takes no more: one update adds less than what is left to overflow."""
MOST_ROWS = 2**63 - 1
OKAY, SHAPE, CODE, SPENT, MANY = range(5)
"""What a kernel answers: done; another shape; a code that is no bin; sums are full; more rows than it takes."""
