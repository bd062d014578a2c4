"""Run the monitor."""

from fairlead_chassis.run import main

from fairlead_monitor.service import SERVICE

main(SERVICE)
