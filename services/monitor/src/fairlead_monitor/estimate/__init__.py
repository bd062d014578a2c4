"""Performance that is not known yet: estimated from what was predicted, and how outcomes were before."""
