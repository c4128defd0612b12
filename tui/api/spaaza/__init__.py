"""Spaaza Services: tasks of one retailer. Source: ``contracts/spaaza.md``, section numbers as there."""
