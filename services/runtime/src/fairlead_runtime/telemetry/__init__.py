"""What a replica tells: profiles, predictions and receipts, in batches with gap-free sequences."""
