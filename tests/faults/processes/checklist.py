"""The reference checklist key by key: what the journal, the screen and the server must hold after each of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from tests.faults.processes.site import Effect
from tests.support.terminal import Terminal
from tui.form.edit import FieldEdit

SCAN = "0104012345123456\x1d10L-2605-114"
NOTE = "Kratzer an der Tür, gemeldet"
NOTED = "no-damage"
ANY_TIME = re.compile(r"\d\d:\d\d")


class Asked(NamedTuple):
    """One field: the keys that answer it and lead on, the value that is kept, and how the form shows it."""

    key: str
    keys: tuple[str, ...]
    value: Any
    shown: str

    def holds(self, value: Any) -> bool:
        """Whether ``value`` is its answer."""
        return _same(value, self.value)

    def typed(self, count: int) -> str:
        """The text after so many of its keys."""
        return "".join(key for key in self.keys[:count] if len(key) == 1 and key != "\r")


FIELDS = (
    Asked("floor-dry", ("1",), "yes", r"\[1 Ja\]"),
    Asked("doors-closed", ("1",), "yes", r"\[1 Ja\]"),
    Asked("clothing", ("1",), "yes", r"\[1 Ja\]"),
    Asked("fridge-temperature", (*"4,5", "enter"), "4.5", r"4[.,]5 "),
    Asked("freezer-temperature", (*"-18", "enter"), "-18", "-18 "),
    Asked("portions", (*"120", "enter"), "120", "120 "),
    Asked("oil", ("2",), "usable", r"\[2 noch gut\]"),
    Asked("cleaned", (*"13", "enter"), ["tables", "floor"], r"\[[^ ]\]1 Arbeits"),
    Asked("rating", ("4",), "4", r"\[4\]"),
    Asked("checked-at", ("enter",), ANY_TIME, r"\d\d:\d\d"),
    Asked("batch", (*SCAN, "\r"), SCAN, "0104012345123456"),
    Asked(NOTED, ("2",), "no", r"\[2 Nein\]"),
)
NUMBERS = {field.key: number for number, field in enumerate(FIELDS, 1)}
OPEN = "enter"
KEYS = (OPEN, *(key for field in FIELDS for key in field.keys), "f5", *NOTE, "f10", "enter")
ANSWERED = 1 + sum(len(field.keys) for field in FIELDS)
"""So many keys, and every field has its answer."""


class Standing(NamedTuple):
    """After some keys: the fields that are answered, the one that is being typed, and the note so far."""

    completed: tuple[Asked, ...]
    typing: Asked | None
    typed: int
    note: str

    @property
    def number(self) -> int:
        """The field that has the cursor: the first one without a completed answer."""
        return min(len(self.completed) + 1, len(FIELDS))

    def missing(self, drafts: dict[str, FieldEdit]) -> list[str]:
        """What of it ``drafts`` do not hold."""
        found = []
        for field in self.completed:
            edit = drafts.get(field.key)
            if edit is None or not _same(edit.value, field.value):
                found.append(f"{field.key}: {edit}")
        if self.typing is not None and self.typed:
            edit = drafts.get(self.typing.key)
            if isinstance(self.typing.value, list):
                wanted = self.typing.value[: self.typed]
                if edit is None or edit.value != wanted:
                    found.append(f"{self.typing.key}, chosen {wanted}: {edit}")
            elif edit is None or edit.text != self.typing.typed(self.typed):
                found.append(f"{self.typing.key}, typed {self.typing.typed(self.typed)!r}: {edit}")
        if self.note and (NOTED not in drafts or drafts[NOTED].note != self.note):
            found.append(f"note {self.note!r}: {drafts.get(NOTED)}")
        return found

    def unseen(self, screen: str, numbers: Collection[int] = ()) -> list[str]:
        """What of it the form on ``screen`` does not show. ``numbers``: where else the cursor may stand."""
        wanted = [(NUMBERS[field.key], field.shown) for field in self.completed]
        if self.typing is not None and self.typed and isinstance(self.typing.value, str):
            wanted.append((NUMBERS[self.typing.key], re.escape(self.typing.typed(self.typed)[:12])))
        found = [
            f"field {number} does not show {shown}" for number, shown in wanted if not _row(screen, number, shown)
        ]
        if not any(re.search(rf"▌.. *{number} ", screen) for number in {self.number, *numbers}):
            found.append(f"the cursor is not on field {self.number}")
        if self.note.strip() and self.note.strip()[:20] not in screen:
            found.append(f"the note is not shown: {self.note!r}")
        return found


def standing(count: int) -> Standing:
    """After the first ``count`` of ``KEYS``."""
    left = count - 1
    completed: list[Asked] = []
    for field in FIELDS:
        if left < len(field.keys):
            return Standing(tuple(completed), field, max(0, left), "")
        completed.append(field)
        left -= len(field.keys)
    return Standing(tuple(completed), None, 0, NOTE[: max(0, left - 1)])


def keys_after(count: int) -> list[str]:
    """What is still to be pressed in a form that was opened again after the first ``count`` keys."""
    if count <= ANSWERED:
        return list(KEYS[max(1, count) :])
    left = count - ANSWERED
    return [*(["f5", *NOTE[left - 1 :]] if left <= len(NOTE) else []), "f10", "enter"]


def wrong_answers(held: dict[str, tuple[Any, str]]) -> list[str]:
    """How the server's record of a finished checklist differs from what was typed."""
    found = [
        f"the server has {held.get(field.key)} for {field.key}"
        for field in FIELDS
        if not _same(held.get(field.key, (None, ""))[0], field.value)
    ]
    notes = {key: note for key, (_, note) in held.items() if note}
    if notes != {NOTED: NOTE}:
        found.append(f"the server has these notes: {notes}")
    return found


def answered_twice(book: list[Effect], task: str) -> list[str]:
    """Fields that got an answer, lost it and got it again: a write that came late or twice."""
    found = []
    for field in FIELDS:
        values = [one.new for one in book if one.kind == "answer" and (one.task, one.field) == (task, field.key)]
        changes = [value for place, value in enumerate(values) if place == 0 or values[place - 1] != value]
        if len(changes) != len(set(changes)):
            found.append(f"{field.key} was written as {changes}")
    return found


def open_form(terminal: Terminal) -> str:
    """Enter on the list, until the form has the cursor."""
    terminal.press(OPEN)
    return terminal.wait(re.compile(r"▌.. *\d+ ").search, 40.0)


def _row(screen: str, number: int, shown: str) -> bool:
    return re.search(rf"^.{{3,6}}\b{number} .*{shown}", screen, re.MULTILINE) is not None


def _same(one: Any, wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(one, str) and wanted.fullmatch(one) is not None
    return bool(one == wanted)
