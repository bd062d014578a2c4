"""Where things stand in the charts: plain numbers for the templates."""
