"""Answers of a draft that the form cannot take back: its task was closed, or the field is no longer asked."""

from __future__ import annotations

import msgspec

from tui.form.codec import Control, is_empty
from tui.form.codecs.multi_choice import chosen
from tui.form.edit import FieldEdit
from tui.form.entry import Entry
from tui.form.listing import split_names
from tui.model.field import Value


class Leftover(msgspec.Struct, frozen=True):
    """What stands beside the server's answer: the typed ``answer``, the written ``note``; ``None`` if not mine."""

    answer: str | None = None
    note: str | None = None

    def __bool__(self) -> bool:
        return self.answer is not None or self.note is not None


def leftover(entry: Entry, edit: FieldEdit) -> Leftover:
    """What of ``edit`` the server does not hold, as text (not cleaned for the screen yet)."""
    answer = None
    if _unread(entry, edit) or not (_same(entry, edit, edit.base) or _same(entry, edit, entry.base)):
        answer = edit.text or entry.codec.show(entry.field, edit.value, entry.ctx)
    note = None if edit.note in (edit.base_note, entry.base_note) else edit.note
    return Leftover(answer, note)


def _same(entry: Entry, edit: FieldEdit, value: Value) -> bool:
    return entry.codec.same(entry.field, edit.value, value)


def _unread(entry: Entry, edit: FieldEdit) -> bool:
    """Typed, but no answer came of it (or of a part of it)."""
    if not edit.text.strip():
        return False
    if is_empty(edit.value) or entry.codec.control is not Control.MULTI:
        return is_empty(edit.value)
    usual = entry.codec.format(entry.field, edit.value, entry.ctx)
    return bool(split_names(edit.text, chosen(edit.value), usual)[1].strip())
