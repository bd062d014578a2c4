"""Benches are no part of a test run, so a name that moved would only be missed when somebody measures."""

import importlib

import pytest


@pytest.mark.parametrize("bench", ["drift", "gateway", "monitor", "registry"])
def test_a_bench_finds_all_that_it_imports(bench: str) -> None:
    assert callable(importlib.import_module(f"bench.{bench}.__main__").main)
