"""The embedded Intratool server (Tasks 2.0), written from the vendor's documentation."""
