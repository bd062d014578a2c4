"""XGBoost models for Fairlead: JSON and UBJ files."""
