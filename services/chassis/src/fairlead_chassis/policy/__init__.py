"""Policy: rules as security teams write them, and the index that decides from them at every request."""
