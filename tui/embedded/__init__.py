"""The embedded servers: ASGI applications over a SQL database, each written from its contract alone."""
