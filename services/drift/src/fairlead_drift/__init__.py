"""Baselines, mergeable profiles and drift statistics, compiled with numba."""
