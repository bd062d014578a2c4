"""From the streams to the partitions: who sent it, is it sound, and where what cannot be counted goes."""
