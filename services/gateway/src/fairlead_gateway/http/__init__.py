"""The HTTP API: routes derived from the operations, problems, artifacts, documents."""
