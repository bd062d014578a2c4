"""When a difference becomes an alarm: over all tests of a look, all looks of a month, and rows that hang together."""

from fairlead_drift.alarms.anytime import anytime_p_values, log_e_values
from fairlead_drift.alarms.blocks import Blocks
from fairlead_drift.alarms.budget import Budget
from fairlead_drift.alarms.discoveries import benjamini_hochberg
from fairlead_drift.alarms.volume import smallest_psi

__all__ = ["Blocks", "Budget", "anytime_p_values", "benjamini_hochberg", "log_e_values", "smallest_psi"]
