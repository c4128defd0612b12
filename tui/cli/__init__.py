"""The commands: one small module per command, each with ``run(shop, arguments) -> exit code``."""
