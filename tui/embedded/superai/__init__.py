"""The SuperAI Flow Platform, served from a database."""
