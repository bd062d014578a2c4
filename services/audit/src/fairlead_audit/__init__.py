"""The ledger's Merkle tree: checkpoints, proofs, search, export, receipts, tracing."""
