"""The Open Inference Protocol v2 over gRPC: its messages, and a server that takes them as bytes."""
