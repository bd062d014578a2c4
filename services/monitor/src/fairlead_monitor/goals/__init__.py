"""Goals: judged from the reports by pure functions, held steady by time, one fact for each change of a status."""
