"""How long the model takes for how many rows, learnt from its calls."""

_CLASSES = 32
_SLOWER = 0.05
"""How much a slower call moves what is known; a faster one is believed at once, as nothing makes a call too fast."""


class Pace:
    """Microseconds by size class, 2**n rows each; a class that was not met yet is guessed from the next smaller one."""

    def __init__(self) -> None:
        self._known: list[float | None] = [None] * _CLASSES

    def learn(self, rows: int, took: float) -> None:
        """A call of so many rows took so many microseconds."""
        place = rows.bit_length()
        before = self._known[place]
        self._known[place] = took if before is None or took < before else before + _SLOWER * (took - before)

    def of(self, rows: int) -> float:
        """What a call of so many rows is expected to take."""
        place = rows.bit_length()
        for smaller in range(place, -1, -1):
            known = self._known[smaller]
            if known is not None:
                return known * float(2 ** (place - smaller))
        return 0.0
