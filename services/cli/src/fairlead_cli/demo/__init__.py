"""`fairlead demo`: the main job, end to end, on real loans."""
