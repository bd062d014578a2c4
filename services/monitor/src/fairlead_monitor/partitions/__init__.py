"""Deployments hash to 16 partitions; each has a file of its own and one owner at a time."""
