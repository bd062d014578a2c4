"""Run the audit."""

from fairlead_chassis.run import main

from fairlead_audit.service import SERVICE

main(SERVICE)
