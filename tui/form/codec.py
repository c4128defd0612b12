"""Codecs: how the value of one kind of field becomes text, and typed text becomes a value.

One file per kind in ``tui/form/codecs`` registers itself; a new kind is a new file there and nothing else.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import msgspec

from tui.form import rules
from tui.form.problem import Problem
from tui.model.clock import Clock, system_clock
from tui.model.field import Field, Value, no_answer, same_value
from tui.model.message import Message


class Control(StrEnum):
    """The few ways in which a field is asked for. Every kind names one of them."""

    LINE = "line"
    LONG = "long"
    CHOICE = "choice"
    MULTI = "multi"
    PICKER = "picker"
    BLOCK = "block"


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What reading and writing depends on: the person's language, the site's zone, the corrected clock."""

    lang: str = "en"
    zone: tzinfo = UTC
    clock: Clock = system_clock

    @property
    def now(self) -> datetime:
        """The present moment, aware, in the site's zone."""
        return self.clock().astimezone(self.zone)


class Parsed(msgspec.Struct, frozen=True):
    """What was read. ``value`` is ``None`` for "no answer" and for what could not be read."""

    value: Value = None
    problem: Problem | None = None


NOTHING = Parsed()


class Suggestion(NamedTuple):
    """A way to go on with a half-typed line: ``text`` takes the place of all that was typed, ``label`` is read."""

    text: str
    label: str


class Codec:
    """The base of all codecs: text that travels as it is typed.

    For every value ``v`` that :meth:`parse` can give, ``parse(format(v)).value == v``. No method raises,
    whatever the text or the server's value.
    """

    kinds: tuple[str, ...] = ()
    control: Control = Control.LINE
    keypad: bool = False
    """Whether the typed text is short and exact, so that it is written anew when accepted."""
    rewritten: bool = False
    """Whether the typed text is written anew when accepted although it is neither short nor typed at a keypad."""
    finder: bool = False
    """Whether choices are found by typing however few they are: a list of the server's, not of the form's."""
    numbered: bool = True
    """Whether a written number names a choice: not where a search moves them about."""

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """The value that ``text`` means, or the problem with it."""
        return Parsed(text) if text.strip() else NOTHING

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """``value`` as text that can be edited."""
        return "" if value is None else _plain(value)

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """``value`` for reading: labels, weekday, unit not included."""
        return self.format(field, value, ctx)

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """The first rule that ``value`` breaks: required, then the documented validations, then the limits."""
        return rules.broken(field, value, ctx.lang)

    def same(self, field: Field, one: Value, other: Value) -> bool:
        """Whether two values are the same answer; "no answer" has several spellings."""
        return same_value(one, other)

    def became(self, field: Field, ours: Value, theirs: Value) -> bool:
        """Whether ``theirs`` is what a server may hold since it took ``ours``: it may name things its own way."""
        return self.same(field, theirs, ours)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """A few words on what may be typed."""
        return None

    def suggest(self, field: Field, text: str, ctx: Context) -> tuple[Suggestion, ...]:
        """What ``text`` may be completed to, best first; only lines are completed (file paths)."""
        return ()

    def read_anew(self) -> None:
        """Remember nothing of what typed text was compared with: the person says that it is complete."""

    def answerable(self, field: Field) -> bool:
        """Whether a person can answer it here."""
        return not field.read_only and self.control is not Control.BLOCK


def is_empty(value: Value) -> bool:
    """Whether ``value`` is no answer. ``False`` and ``0`` are answers."""
    return no_answer(value)


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return rules.as_json(value)


_REGISTRY: dict[str, Codec] = {}


def register(codec: Codec) -> Codec:
    """Make ``codec`` answer for its kinds."""
    for kind in codec.kinds:
        _REGISTRY[kind] = codec
    return codec


def codec_for(field: Field) -> Codec:
    """The codec of a field; an unknown kind is shown read-only with its raw value."""
    registry = _loaded()
    if field.hidden:
        return registry["hidden"]
    return registry.get(field.kind) or registry[""]


@cache
def _loaded() -> dict[str, Codec]:
    # The codecs import this module, so they are loaded when the first one is asked for.
    from tui.form import codecs

    codecs.load()
    return _REGISTRY


__all__ = [
    "NOTHING",
    "Codec",
    "Context",
    "Control",
    "Parsed",
    "Problem",
    "Suggestion",
    "codec_for",
    "is_empty",
    "register",
]
