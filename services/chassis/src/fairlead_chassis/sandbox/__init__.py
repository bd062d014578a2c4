"""What a process that runs a model may do: it gives up its rights itself, before it reads the model's first byte.

Nothing here imports more than the standard library, so a process confines itself before anything else is loaded.
"""
