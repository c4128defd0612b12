"""A small checklist and a way to type into it, for the tests of the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.form.codec import Context
from tui.form.effects import Effect
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field

NOW = datetime(2026, 5, 11, 4, 30, tzinfo=UTC)
YES_NO = (Choice("yes", "yes"), Choice("no", "no"), Choice("na", "n/a"))
SUPPLIERS = tuple(
    Choice(f"s{index}", name)
    for index, name in enumerate(
        ["Alba", "Berta", "Carlo", "Dora", "Emil", "Frida", "Gustav", "Hanna", "Ida", "Jonas", "Karl", "Karla"]
    )
)
NAMED_KEYS = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\x7f": "backspace",
    " ": "space",
    "\x1d": "ctrl+right_square_bracket",
}


def context(lang: str = "de") -> Context:
    return Context(lang=lang, zone=ZoneInfo("Europe/Berlin"), clock=lambda: NOW)


def number(key: str, **more: Any) -> Field:
    return Field(key=key, label=more.pop("label", key), kind="number", **more)


def text(key: str, **more: Any) -> Field:
    return Field(key=key, label=more.pop("label", key), kind="text", **more)


def choice(key: str, **more: Any) -> Field:
    return Field(
        key=key,
        label=more.pop("label", key),
        kind=more.pop("kind", "choice"),
        choices=more.pop("choices", YES_NO),
        **more,
    )


def form(
    *fields: Field,
    answers: Mapping[str, Answer] | None = None,
    edits: Mapping[str, FieldEdit] | None = None,
    position: str | None = None,
    lang: str = "de",
    read_only: bool = False,
) -> FormState:
    return FormState.from_record(fields, answers or {}, edits, position, ctx=context(lang), read_only=read_only)


def press(flow: FormFlow, *keys: str) -> list[Effect]:
    """Press named keys; single characters are typed."""
    effects: list[Effect] = []
    for key in keys:
        effects += flow.press(key, key if len(key) == 1 else None) or []
    return effects


def type_chunk(flow: FormFlow, chunk: str) -> list[Effect]:
    """Type ``chunk`` as a terminal would deliver it: Enter is CR."""
    effects: list[Effect] = []
    for char in chunk:
        effects += flow.press(NAMED_KEYS.get(char, char), char) or []
    return effects


def texts(state: FormState) -> dict[str, str]:
    return {key: entry.text for key, entry in state.entries.items()}


def values(state: FormState) -> dict[str, Any]:
    return {key: entry.value for key, entry in state.entries.items()}
