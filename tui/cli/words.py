"""Entries, events and lengths of time in a person's words, the same as on the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.i18n import _, language, say
from tui.model.action import SLOT_WORDS
from tui.model.clock import stamp
from tui.model.message import Message
from tui.model.plain import clean
from tui.model.span import span_words
from tui.model.status import Phase, Status

if TYPE_CHECKING:
    from tui.workbench.books import Owner
    from tui.workbench.entry import Entry

NOTHING = "–"
_STATES = {word.english().casefold(): word for word in (Status("", phase).word for phase in Phase)}
_STATES["in progress"] = Status("", Phase.ACTIVE).word


def action_word(name: str) -> str:
    """What an action is called; one of a system's own keeps its name, without what it is done to."""
    words = {**SLOT_WORDS, "draft": Message("Typed, not sent"), "adopt": Message("Taken over")}
    if name in words:
        return say(words[name])
    return readable(name.partition(":")[0])


def readable(name: str) -> str:
    """A name from a program that nobody gave words to: ``in_progress`` is Started, in the person's language
    where that is the word for a state."""
    text = clean(name).replace("_", " ").strip()
    known = _STATES.get(text.casefold())
    return say(known) if known is not None else text[:1].upper() + text[1:]


def entry_name(entry: Entry) -> str:
    """``Fridge check: Finish``."""
    request = entry.request
    return f"{clean(request.title) or clean(request.key_id)}: {action_word(request.slot)}"


def reason_of(entry: Entry) -> str:
    """Why it was not sent, and what is wrong with single fields; "" when nothing is known."""
    said = [entry.reason] if entry.reason is not None else []
    said += [message for messages in entry.fields.values() for message in messages]
    return " ".join(dict.fromkeys(clean(say(message)) for message in said))


def owner_name(owner: Owner) -> str:
    """The profile, and at the sample site the person."""
    return clean(f"{owner.profile}/{owner.user}" if owner.user else owner.profile)


def same_place(owner: Owner, own: Owner) -> bool:
    """Whether ``owner`` is of the profile and person ``own``, whatever token the entries were made with."""
    return (owner.profile, owner.user) == (own.profile, own.user)


def span_text(span: timedelta) -> str:
    """A length of time in its two largest steps: ``45 s``, ``12 min``, ``2 h 05 min``, ``3 d``."""
    return say(span_words(span))


def size_text(size: int) -> str:
    """Bytes as kB, MB or GB (powers of ten)."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{decimal(size / unit, 1)} {name}"
    return f"{size} B"


def decimal(number: float, places: int) -> str:
    """A number with the decimal sign of the language."""
    text = f"{number:.{places}f}"
    return text.replace(".", ",") if language() == "de" else text


def value_text(value: Any) -> str:
    """An answer as one line."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, list):
        return ", ".join(value_text(part) for part in value)
    if isinstance(value, dict):
        return clean(value.get("name") or value.get("path") or value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", "," if language() == "de" else ".")
    return clean(value)


def as_data(owner: Owner, entry: Entry, zone: ZoneInfo) -> dict[str, Any]:
    """An entry whole, as JSON: what it is, how it stands, and every answer that it carries."""
    request = entry.request
    return {
        "id": entry.id,
        "profile": owner.profile,
        "user": owner.user,
        "system": request.system,
        "task": request.key_id,
        "title": request.title,
        "action": request.action,
        "state": str(entry.state),
        "attempts": entry.attempts,
        "created": stamp(entry.created, zone),
        "next_try": stamp(entry.next_try, zone),
        "settled": stamp(entry.settled, zone),
        "reason": _said(entry.reason),
        "fields": {key: [_said(message) for message in said] for key, said in entry.fields.items()},
        "values": request.values,
        "notes": request.notes,
        "inputs": request.inputs,
        "base": request.base,
        "base_notes": request.base_notes,
        "expected": request.expected,
    }


def _said(message: Message | None) -> str | None:
    return None if message is None else say(message)
