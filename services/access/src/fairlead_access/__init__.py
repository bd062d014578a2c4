"""Users, groups, tokens, role bindings and policy revisions."""
