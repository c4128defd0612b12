"""The embedded Intratool server (Tasks 2.0), written from contracts/intratool.md."""
