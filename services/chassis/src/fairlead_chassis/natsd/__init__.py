"""nats-server as Fairlead runs it: keys and permissions, the server itself, its streams, and checks of all that."""
