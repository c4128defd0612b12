"""The fault matrix: what goes wrong in a shift, and what must hold all the same. ``python -m tests.faults``."""
