"""Run the gateway."""

from fairlead_chassis.run import main

from fairlead_gateway.service import SERVICE

main(SERVICE)
