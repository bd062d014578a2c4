"""Writing to the ledger: changes, and refusals."""
