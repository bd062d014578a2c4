"""scikit-learn models for Fairlead: skops files, and joblib from trusted publishers."""
