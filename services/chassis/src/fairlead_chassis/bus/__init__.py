"""The bus: its connection, requests and their handlers, streams and consumers."""
