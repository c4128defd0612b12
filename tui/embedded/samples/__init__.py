"""The sample site that a fresh machine starts with: a central kitchen with its store and its technicians."""
