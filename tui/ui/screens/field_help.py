"""What may be typed in one field, in sentences: kind, limits, short ways, and what is wrong with it now."""

from __future__ import annotations

from tui.form.choosing import DIRECT
from tui.form.codec import Control, is_empty
from tui.form.entry import Entry
from tui.form.rules import is_required, limits_in_words, whole_numbers_only
from tui.form.state import FormState
from tui.i18n import _, say
from tui.model.message import Message
from tui.ui.text import clean, from_html

_KINDS = {
    "number": Message("A number. Comma and point both work: 4,5 is the same as 4.5."),
    "email": Message("An e-mail address, like name@example.com."),
    "phone": Message("A phone number: digits, with + and the country first if abroad."),
    "url": Message("A web address that begins with https:// or http://."),
    "date": Message("A date. Day and month are enough."),
    "time": Message("A time of day. The colon may be left out."),
    "datetime": Message("Date and time, with a space between. A time alone means today."),
    "file": Message("A file on this device: type where it is. The right arrow key takes what is offered."),
}
_MOMENTS = frozenset({"date", "time", "datetime"})
_CONTROLS = {
    Control.LINE: Message("A line of text."),
    Control.LONG: Message("Text of several lines. Ctrl+N begins a new line, Enter goes on."),
    Control.PICKER: Message("Type a part of the name, choose with the left and right arrow keys, Enter takes it."),
    Control.BLOCK: Message("This cannot be answered here; it is only shown."),
}


def field_help(state: FormState, entry: Entry, note_key: str) -> list[str]:
    """Sentences about ``entry``; ``note_key`` is the key that writes a note."""
    field = entry.field
    lines = [line for line in from_html(field.help).split("\n") if line]
    if not state.answerable(entry):
        return [*lines, say(_CONTROLS[Control.BLOCK])]
    lines += _what(entry)
    lines.append(_("An answer is needed.") if is_required(field) else _("It may stay empty."))
    if not is_empty(entry.offer):
        shown = clean(entry.codec.show(field, entry.offer, entry.ctx))
        lines.append(_("Preset: {value}. Enter takes it, typing replaces it.", value=shown))
    if field.allows_note:
        lines.append(_("{key} writes a note to it.", key=note_key))
    return [*lines, *_now(entry)]


def _what(entry: Entry) -> list[str]:
    """Kind, limits and short ways."""
    field, control = entry.field, entry.codec.control
    if entry.codec.finder:
        found = [say(_CONTROLS[Control.PICKER])]
    elif control is Control.CHOICE and len(field.choices) > DIRECT:
        found = [_("One of {n}: type its number or a part of its name, Enter takes it.", n=len(field.choices))]
    elif control is Control.CHOICE:
        found = [_("One of {n}: its number answers, letters of its name find it.", n=len(field.choices))]
    elif control is Control.MULTI:
        found = [_("Any of {n}: a number switches one on and off, Enter goes on.", n=len(field.choices))]
    else:
        found = [say(_KINDS.get(field.kind) or _CONTROLS.get(control, _CONTROLS[Control.LINE]))]
    if whole_numbers_only(field):
        found.append(_("Whole numbers only."))
    limits = limits_in_words(field, entry.ctx.lang)
    ways = entry.codec.hint(field, entry.ctx)
    if limits is not None:
        found.append(_("Allowed: {limits}.", limits=say(limits)))
    elif ways is not None and field.kind in _MOMENTS:
        found.append(_("Short ways: {ways}", ways=say(ways)))
    elif ways is not None and control is Control.LINE:
        found.append(say(ways))
    if field.unit and limits is None:
        found.append(_("The unit is {unit}.", unit=clean(field.unit)))
    return found


def _now(entry: Entry) -> list[str]:
    """What stands there and is wrong, and what the server has instead."""
    found: list[str] = []
    problem = entry.conflict or entry.doubt
    if problem is not None and (entry.dirty or entry.server_problem is not None):
        found.append(_("Now: {problem}", problem=clean(say(problem.message))))
    if entry.value_dirty and not entry.value_conflict and not is_empty(entry.base):
        held = clean(entry.codec.show(entry.field, entry.base, entry.ctx))
        found.append(_("The server still has: {value}", value=held))
    return found
