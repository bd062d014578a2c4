"""Run the deployer."""

from fairlead_chassis.run import main

from fairlead_deployer.service import SERVICE

main(SERVICE)
