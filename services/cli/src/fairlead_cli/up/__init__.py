"""`fairlead up`: nats-server and every service as supervised processes on one data directory."""
