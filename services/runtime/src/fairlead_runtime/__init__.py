"""The inference server that every replica runs."""
