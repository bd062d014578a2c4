"""How a deployment is looked at, as its people declared it."""
