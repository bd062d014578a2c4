"""Without drift, a nominal 5 % is between 4 and 6 %, whatever the volume and the shape."""

import numpy as np
import pytest
from drift.calibration.cells import FULL, GRID, SHARES, draw
from fairlead_drift import Baseline, Profile, compare
from fairlead_drift.alarms import benjamini_hochberg
from fairlead_drift.pairs import Pairs
from fairlead_drift.significance import chi_square_p_values, psi_p_values, share_p_values
from scipy import stats


def rates(p_values: np.ndarray, levels: tuple[float, ...] = (0.05, 0.01, 0.001)) -> list[float]:
    return [float(np.mean(p_values <= level)) for level in levels]


@pytest.mark.parametrize(("name", "m", "n"), GRID)
def test_psi_raises_false_alarms_as_often_as_it_says(name: str, m: int, n: int, table: list[str]) -> None:
    found = np.concatenate([psi_p_values(pairs) for pairs in draw(SHARES[name], m, n, f"{name} {m} {n}")])
    five, one, tenth = rates(found)
    table.append(f"| {name} | {m:,} | {n:,} | {five:.2%} | {one:.2%} | {tenth:.3%} |")
    assert 0.04 <= five <= 0.06
    assert one <= 0.017
    assert tenth <= 0.004


@pytest.mark.parametrize(("name", "m", "n"), GRID if FULL else GRID[::5])
def test_chi_square_is_never_far_from_what_it_says(name: str, m: int, n: int) -> None:
    found = np.concatenate([chi_square_p_values(pairs) for pairs in draw(SHARES[name], m, n, f"{name} {m} {n}")])
    assert 0.03 <= rates(found)[0] <= 0.07


@pytest.mark.parametrize(("m", "n"), [(1_000, 100), (5_000, 500), (5_000, 5_000)] if FULL else [(1_000, 100)])
@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_bins_that_were_fitted_on_the_training_rows_are_as_good(m: int, n: int, shape: str) -> None:
    rng = np.random.default_rng(m + n)
    features, found = 80, []
    for _ in range(4_000 // features):
        training, window = (getattr(rng, shape)(size=(features, size)) for size in (m, n))
        baseline = Baseline.fit({str(place): row for place, row in enumerate(training)})
        profile = Profile.empty(baseline)
        profile.update({str(place): row for place, row in enumerate(window)})
        found += [each.p_value for each in compare(baseline, profile).features.values()]
    assert 0.04 <= rates(np.array(found))[0] <= 0.06


@pytest.mark.parametrize("rare", [0.001, 0.01, 0.1])
def test_a_share_of_two_bins_errs_by_no_more_than_its_steps(rare: float) -> None:
    """Few different counts can occur, so no test that is a function of them has 5 %; mid-p is on either side of it."""
    shares = np.array([1 - rare, rare])
    pairs = next(draw(shares, 20_000, 200, f"two {rare}"))
    five = rates(share_p_values(pairs, np.tile([False, True], 4_000)))[0]
    assert five <= 0.09
    assert rare < 0.1 or five >= 0.04


def test_one_look_at_25_features_raises_any_false_alarm_one_time_in_twenty() -> None:
    pairs = next(draw(SHARES["deciles, tails, missing"], 20_000, 500, "looks"))
    looks = psi_p_values(pairs).reshape(-1, 25)
    any_alarm = float(np.mean([benjamini_hochberg(look, 0.05).any() for look in looks]))
    assert abs(any_alarm - 0.05) <= 4 * (0.05 * 0.95 / len(looks)) ** 0.5


@pytest.mark.parametrize(("n", "least"), [(100, 0.1), (300, 0.3), (1_000, 0.9), (3_000, 1.0)])
def test_power_against_a_shift_of_a_fifth_of_a_standard_deviation(n: int, least: float, table: list[str]) -> None:
    edges = stats.norm.ppf(np.linspace(0, 1, 11)[1:-1])
    shifted = np.diff(np.r_[0, stats.norm.cdf(edges - 0.2), 1])
    rng = np.random.default_rng(n)
    pairs = Pairs.of(rng.multinomial(20_000, [0.1] * 10, 4_000), rng.multinomial(n, shifted, 4_000))
    power = rates(psi_p_values(pairs))[0]
    table.append(f"power against 0.2 sigma, {n:,} rows, reference 20,000: {power:.1%}")
    assert power >= least - 0.002
