"""A child process for models whose files can run code: it has neither the replica's key nor its credentials."""
