"""Run access."""

from fairlead_chassis.run import main

from fairlead_access.service import SERVICE

main(SERVICE)
