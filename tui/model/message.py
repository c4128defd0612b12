"""A sentence that some room wants to say, before it is put into a language."""

from __future__ import annotations

from typing import Any

import msgspec


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """An English template with ``{named}`` parts; it is also the key of the translation.

    Write it as ``Message("Denied by {who}", {"who": name})`` with a literal first argument: the catalogue is
    extracted from these calls. ``server`` marks words that came from a server and are shown as they are.
    """

    id: str
    params: dict[str, Any] = {}
    server: bool = False

    def english(self) -> str:
        """The text in English, for logs, tests and tracebacks."""
        if self.server:
            return self.id
        return fill(self.id, {name: _english(part) for name, part in self.params.items()})


def _english(part: Any) -> Any:
    return part.english() if isinstance(part, Message) else part


def fill(template: str, params: dict[str, Any]) -> str:
    """Put ``params`` into ``template``; a name that is missing stays visible instead of raising."""
    if not params:
        return template
    try:
        return template.format_map(_Visible(params))
    except (ValueError, IndexError, AttributeError):
        return template


class _Visible(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def verbatim(text: str) -> Message:
    """The server's own words: never translated, never formatted."""
    return Message(text, {}, server=True)
