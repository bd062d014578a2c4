"""scipy: Kolmogorov-Smirnov and Wasserstein distances of every numeric column, exact."""

from scipy.stats import ks_2samp, wasserstein_distance
from timing import answer, cpu, data

arrays = data()
columns = [(arrays["training"][:, n].copy(), arrays["scoring"][:, n].copy()) for n in range(20)]


def distances() -> list[list[float]]:
    """Both, column by column."""
    return [[float(ks_2samp(a, b, method="asymp").statistic), float(wasserstein_distance(a, b))] for a, b in columns]


answer(seconds=cpu(distances), distances=distances())
