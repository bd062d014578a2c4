"""Files by their digest: where they are, whose they are, and whether there is room."""
