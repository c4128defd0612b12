"""The embedded Spaaza Services server: tasks of one retailer, a scheduler that runs them, and their files."""
