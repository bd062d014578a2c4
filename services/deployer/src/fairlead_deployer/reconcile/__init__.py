"""Desired against observed, from scratch, every time: plans are pure, only the loop and the target act."""
