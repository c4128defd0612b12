"""The nouns of the trade. Pure data and rules: no I/O, no clock of its own, nothing of any other room.

Times are aware ``datetime`` values in UTC; only the edge (screen, wire) knows wall time.
"""
