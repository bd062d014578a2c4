"""Run the registry."""

from fairlead_chassis.run import main

from fairlead_registry.service import SERVICE

main(SERVICE)
