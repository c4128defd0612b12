"""Sending without the screen: once, or as a service beside it."""
