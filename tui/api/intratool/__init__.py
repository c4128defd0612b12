"""Intratool "Tasks 2.0": its documented routes, its JSON, and how both become the neutral model."""
