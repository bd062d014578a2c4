"""Custom metrics: declared on the ledger, values by event time, each once by its id."""
