"""Field definitions kept in the journal, so that a form can be drawn where the server does not show them."""

from __future__ import annotations

from tui.workbench.facts import Facts
from tui.workbench.journal import Journal


class JournalFieldCache:
    """Fulfils ``api.FieldCache``. Shared by everybody at one site on this machine: forms are nobody's."""

    def __init__(self, journal: Journal, site: str) -> None:
        self._facts = Facts(journal, f"{site}:")

    def get(self, template: str, /) -> bytes | None:
        """The bundle of a template, as it was given to ``put``."""
        return self._facts.get(f"fields of {template}", bytes)

    def put(self, template: str, bundle: bytes, /) -> None:
        """Keep the bundle. A journal that cannot take it says so by itself."""
        self._facts.put(f"fields of {template}", bundle)
