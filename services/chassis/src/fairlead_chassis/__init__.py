"""What every Fairlead service stands on: bus, ledger, views, policy, identity, settings, run loop."""
