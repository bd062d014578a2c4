"""A test that may be looked at after every row, for ever: evidence against "nothing drifts" from all rows so far.

The e-value is a likelihood ratio. Below: what the training rows predict, a Dirichlet-multinomial with their counts and
half a row a bin, so that a small reference predicts loosely. Above: the same centre with less certainty, an average
over several concentrations. It needs the counts of all rows since the watch began and no history of looks. If nothing
drifts its expectation is 1 at every moment, averaged over the distributions that such a training set can come from, so
the chance that it ever reaches 1 / level is at most `level`.
Sources: Ville (1939), Etude critique de la notion de collectif; Lindon and Malek (2022), Anytime-valid inference for
multinomial count data, NeurIPS 35; half rows: Krichevsky and Trofimov (1981), IEEE Trans. Inf. Theory 27(2), 199-207.
"""

import numpy as np

from fairlead_drift.features import Array
from fairlead_drift.pairs import Pairs
from fairlead_drift.significance.gamma import log_gamma

CERTAINTIES = (10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0)
"""How many rows the alternatives' centre is worth: few look for large shifts, many for small ones."""
_HALF = 0.5


def log_e_values(pairs: Pairs) -> Array:
    """The natural logarithm of the evidence that scoring left training, (f,); at most 0 is none at all.

    Shapes: `pairs`: all rows of training, and all rows scored since the watch began.
    """
    null = pairs.training + _HALF
    total = pairs.sums(null)
    below = _log_likelihood(pairs, null, total)
    logs = []
    for certainty in CERTAINTIES:
        size = np.minimum(certainty, total)
        logs.append(_log_likelihood(pairs, null * pairs.spread(size / total), size) - below)
    stacked = np.array(logs)
    top = stacked.max(axis=0)
    return np.where(pairs.both, top + np.log(np.exp(stacked - top).mean(axis=0)), 0.0)


def anytime_p_values(pairs: Pairs) -> Array:
    """One over the e-value, at most 1, (f,): valid at any moment, however often it was looked at before."""
    return np.asarray(np.exp(-np.maximum(log_e_values(pairs), 0.0)))


def _log_likelihood(pairs: Pairs, prior: Array, total: Array) -> Array:
    rows = np.where(pairs.scoring > 0, log_gamma(prior + pairs.scoring) - log_gamma(prior), 0.0)
    return np.asarray(pairs.sums(rows) - log_gamma(total + pairs.n) + log_gamma(total))
