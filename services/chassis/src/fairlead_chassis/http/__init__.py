"""An HTTP/1.1 server for paths where each microsecond counts: llhttp parses, limits and timeouts stand around it."""
