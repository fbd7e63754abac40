"""Floor 1: what a town sets.

Settings, the rule sets of the Geschäftsordnungen, calendars and the profiles of municipalities live here. This floor
knows nothing of the others; if a municipality could want a value to differ, the value belongs here.
"""
