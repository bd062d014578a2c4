"""Models, versions, aliases, artifacts, baselines and approvals."""
