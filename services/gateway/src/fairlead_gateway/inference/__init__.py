"""Inference: straight from the client to a replica, and copies to challengers."""
