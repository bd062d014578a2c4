"""Python environments for models that bring a requirements.txt: one for each digest of it, built once, by uv."""
