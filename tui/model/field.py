"""Fields: the questions of a checklist, as the server defines them."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

Value: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None
"""A JSON value as it travels. Numbers that a person typed are strings with a point (``"4.5"``)."""


class Choice(msgspec.Struct, frozen=True):
    """One option: ``value`` travels, ``label`` is read, ``points`` is what the server gives for it."""

    value: str
    label: str
    points: float | None = None


class Rule(msgspec.Struct, frozen=True):
    """One documented validation (``required``, ``email``, ``number``, ``minmax`` ...) with its configuration."""

    kind: str
    config: dict[str, Any] = {}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question. ``kind`` is an open word; the form's registry decides how it is asked.

    Known kinds: text, long_text, number, email, phone, url, choice, multi_choice, date, time, datetime,
    description, file, entity, hidden. Any other is shown read-only with its raw value and goes back untouched.
    ``minimum`` and ``maximum`` are the hard limits as text with a point. ``format`` is the wire format of a
    date or time in PHP letters (``Y-m-d H:i:s``). ``source`` names a picker's list for ``TaskSystem.choices``.
    ``raw_kind`` is the server's own word for the kind.
    """

    key: str
    label: str
    kind: str
    help: str = ""
    placeholder: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    source: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    integer: bool = False
    unit: str = ""
    format: str = ""
    default: Value = None
    read_only: bool = False
    hidden: bool = False
    allows_note: bool = False
    order: int = 0
    rules: tuple[Rule, ...] = ()
    raw_kind: str = ""

    @property
    def limits(self) -> tuple[str | None, str | None]:
        """The hard limits, lowest and highest, as text with a point; ``None`` where there is none."""
        return self.minimum, self.maximum
