"""Reports over any period, from the windows: reads only."""
