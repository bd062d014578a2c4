"""The Open Inference Protocol v2 and what MLflow's clients speak: bytes to rows, scores to bytes. No state, no I/O."""
