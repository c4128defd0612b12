"""Which key runs which command, with the user's own keys checked before anything starts."""

from __future__ import annotations

from pathlib import Path

from tui.config import ConfigError, nearest
from tui.model.message import Message
from tui.ui.actions import BY_ID, COMMANDS, Command

_NAMED = {
    "enter",
    "escape",
    "tab",
    "space",
    "backspace",
    "delete",
    "insert",
    "home",
    "end",
    "pageup",
    "pagedown",
    "up",
    "down",
    "left",
    "right",
    *(f"f{n}" for n in range(1, 11)),
}
# Ctrl+H, I, J and M are Backspace, Tab and Enter on many terminals; Ctrl+S and Ctrl+Q stop and start the line.
_FORBIDDEN = {f"ctrl+{letter}" for letter in "hijmsq"}
_ALWAYS = ("help",)
_FIXED = frozenset({"enter", "backspace", "up", "down"})


class Keymap:
    """Looks up commands by scope and key; ``label`` says how a command's first key is written."""

    def __init__(self, keys: dict[str, tuple[str, ...]] | None = None) -> None:
        self._keys = {command.id: command.keys for command in COMMANDS} | (keys or {})
        self._table: dict[tuple[str, str], Command] = {}
        for command in COMMANDS:
            for scope in command.scopes:
                for key in self._keys[command.id]:
                    self._table.setdefault((scope, key), command)

    def find(self, scope: str, key: str, char: str | None) -> Command | None:
        """The command of ``key`` in ``scope``; printable keys are matched by the character they type."""
        found = self._table.get((scope, char)) if char else None
        return found if found is not None else self._table.get((scope, key))

    def keys(self, command_id: str) -> tuple[str, ...]:
        """All keys of a command, as configured."""
        return self._keys[command_id]

    def label(self, command_id: str) -> str:
        """The first key as it is written on the screen: ``F10``, ``/``, ``Shift+Tab``; "" if it has none."""
        keys = self._keys[command_id]
        return written(keys[0]) if keys else ""

    def widget_key(self, key: str, char: str | None) -> str:
        """The key that a form understands for ``key``: a remapped form command becomes its default key."""
        command = self.find("form", key, char)
        if command is not None and command.widget and self._keys[command.id] != command.keys:
            return command.keys[0]
        return key


def written(key: str) -> str:
    """A key's name as people read it."""
    if len(key) == 1:
        return key
    return "+".join(
        part.upper() if part[0] == "f" and part[1:].isdigit() else part.title() for part in key.split("+")
    )


def keymap_from(keys: dict[str, str], file: Path | None = None) -> Keymap:
    """The keymap of ``[keys]`` in the config: action ID -> key, or several keys with commas.

    Raises ``ConfigError`` for an unknown action (naming the nearest), a key that no terminal sends, a key that
    must keep its meaning, and one key for two commands in one place.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for name, text in keys.items():
        if name not in BY_ID:
            raise ConfigError(
                Message("“{name}” is not an action.", {"name": name}),
                file=file,
                key=f"keys.{name}",
                nearest=nearest(name, tuple(BY_ID)),
            )
        parts = [part.strip() for part in text.split(",")] if text.strip() != "," else [","]
        chosen[name] = tuple(_parsed(name, part, file) for part in parts if part)
    _refuse_duplicates(chosen, file)
    for name in _ALWAYS:
        if name in chosen and "f1" not in chosen[name]:
            chosen[name] = (*chosen[name], "f1")
    return Keymap(chosen)


def _parsed(name: str, key: str, file: Path | None) -> str:
    if len(key) == 1 and key.isprintable() and not key.isdigit():
        return key
    lowered = key.lower()
    if lowered in _FIXED or lowered in _FORBIDDEN:
        raise ConfigError(
            Message("The key “{key}” keeps its meaning and cannot be given to an action.", {"key": key}),
            file=file,
            key=f"keys.{name}",
        )
    base = lowered.removeprefix("ctrl+").removeprefix("shift+")
    plain = base in _NAMED
    control = lowered.startswith("ctrl+") and len(base) == 1 and base.isascii() and base.isalpha()
    if not (plain or control) or "alt+" in lowered:
        raise ConfigError(
            Message("“{key}” is not a key that every terminal sends.", {"key": key}),
            file=file,
            key=f"keys.{name}",
        )
    return lowered


def _refuse_duplicates(chosen: dict[str, tuple[str, ...]], file: Path | None) -> None:
    owners: dict[tuple[str, str], str] = {}
    for command in COMMANDS:
        for key in chosen.get(command.id, command.keys):
            for scope in command.scopes:
                other = owners.setdefault((scope, key), command.id)
                if other != command.id:
                    culprit = command.id if command.id in chosen else other
                    raise ConfigError(
                        Message(
                            "The key “{key}” is given to both “{one}” and “{other}”.",
                            {"key": key, "one": other, "other": command.id},
                        ),
                        file=file,
                        key=f"keys.{culprit}",
                    )
