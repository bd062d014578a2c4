"""Requests to calls, calls to batches, batches through the model, and an answer for each call."""
