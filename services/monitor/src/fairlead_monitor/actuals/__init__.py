"""Actuals: what values a model's truth can have, how rows stand that would be taken in, the way into their stream."""
