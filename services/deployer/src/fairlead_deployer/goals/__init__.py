"""What the deployer does for a missed goal: a pure plan over the ledger's state, checked again before each step."""
