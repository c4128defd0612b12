"""One codec per kind of field. A file put here is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import every codec of this folder, so that each registers its kinds."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
