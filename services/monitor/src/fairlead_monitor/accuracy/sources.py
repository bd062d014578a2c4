"""What each metric is, and whose interval it has, in a line for people."""

_CLT = "mean of rows, central limit theorem"
_WILSON = "Wilson (1927); with more than two classes in the mean over them, delta method (Agresti 2013)"
SOURCES = {
    "auc": "Hanley and McNeil (1982); interval DeLong et al. (1988) on the log-odds scale",
    "log_loss": f"nats; {_CLT}",
    "brier": f"Brier (1950); {_CLT}",
    "accuracy": "Wilson (1927)",
    "precision": _WILSON,
    "recall": _WILSON,
    "f1": "Wilson (1927) of TP / (TP + FP + FN); with more than two classes delta method (Agresti 2013)",
    "calibration_error": "Naeini et al. (2015), ten tenths; each tenth's interval Wilson (1927)",
    "bias": f"prediction less truth; {_CLT}",
    "mae": f"target's units; {_CLT}",
    "rmse": "target's units; root of the mean squared error and of its interval",
    "mape": f"share of the truth, rows whose truth is 0 left out; {_CLT}",
    "r2": "delta method (van der Vaart 1998)",
    "quantile_loss_0.1": f"Koenker and Bassett (1978); {_CLT}",
    "quantile_loss_0.5": f"Koenker and Bassett (1978); {_CLT}",
    "quantile_loss_0.9": f"Koenker and Bassett (1978); {_CLT}",
}
