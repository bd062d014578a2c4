"""A model that keeps failing is left alone for ever longer, and asked again."""

from fairlead_runtime.worker.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_two_failures_in_a_row_are_forgiven() -> None:
    breaker = Breaker(Clock())
    for _ in range(2):
        breaker.failed()
    assert (breaker.waits, breaker.healthy) == (0.0, True)
    breaker.worked()
    breaker.failed()
    assert breaker.healthy


def test_pauses_double_up_to_half_a_minute_and_end() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    pauses = []
    for _ in range(10):
        breaker.failed()
        pauses.append(breaker.waits)
    assert pauses == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30]
    clock.now += 30
    assert (breaker.waits, breaker.healthy) == (0.0, False)
    breaker.worked()
    assert breaker.healthy
