"""A partition's own data: windows of profiles and health, predictions, actuals. Every batch counts exactly once."""
