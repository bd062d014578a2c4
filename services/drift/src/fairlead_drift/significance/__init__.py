"""How often no drift at all would look like this: p-values, one a feature, NaN where there is none.

Two samples are compared given the pooled counts: if nothing drifts, scoring is a draw without replacement from those.
"""

from fairlead_drift.significance.additive import chi_square_p_values, psi_p_values, share_p_values
from fairlead_drift.significance.tails import chi2_sf, gamma_sf, kolmogorov_sf, ks_p_values, mean_p_value, normal_sf

__all__ = [
    "chi2_sf",
    "chi_square_p_values",
    "gamma_sf",
    "kolmogorov_sf",
    "ks_p_values",
    "mean_p_value",
    "normal_sf",
    "psi_p_values",
    "share_p_values",
]
