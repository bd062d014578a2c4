"""The one public door: HTTP API, inference routing, console."""
