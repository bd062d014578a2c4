"""How good predictions were: each metric with the interval that its sample leaves open, and where both come from."""
