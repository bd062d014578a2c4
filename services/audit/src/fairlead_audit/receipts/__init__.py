"""Receipts: their batches taken in, sealed on the ledger, and traced."""
