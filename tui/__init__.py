"""Shiftdeck: checklists for shift workers, and a live view for supervisors, in the terminal."""

__version__ = "0.1.0"
