"""fairlead: up, demo, and every operation from the command line; the Python client."""
