"""What proves the past without trusting anyone: canonical bytes, Merkle trees, signed notes, receipts, the log.

Computes and checks only: no I/O, no clock, no cryptography beyond SHA-256. The caller brings what signs and verifies.
"""
