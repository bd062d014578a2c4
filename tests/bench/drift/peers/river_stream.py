"""river: mean and variance of 25 features, row by row, as it comes."""

from river import stats
from timing import answer, cpu, data

rows = data()["scoring"][:256].tolist()
wide = [[*row, *row[:5]] for row in rows]
moments = [stats.Var() for _ in range(25)]


def update(count: int) -> None:
    """These rows, one after the other."""
    for row in wide[:count]:
        for each, value in zip(moments, row, strict=True):
            each.update(value)


update(256)
variance = moments[3].get()
answer(seconds={count: cpu(lambda count=count: update(count), inner=200) for count in (1, 32, 256)}, variance=variance)
