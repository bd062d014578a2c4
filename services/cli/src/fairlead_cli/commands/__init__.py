"""The command line: one command for each operation, derived from its declaration."""
