"""``shiftdeck history``: the local trail of what was sent, in words or as data, and whether it is whole."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.cli.exits import DONE, FAILED
from tui.cli.output import calm_log, complain, escaped, tell, tell_data
from tui.cli.words import NOTHING, action_word, value_text
from tui.i18n import _, say
from tui.model.clock import stamp
from tui.model.field import Field
from tui.model.message import Message
from tui.model.plain import clean
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.books import Books
    from tui.workbench.history import Event, HistoryRow


def run(shop: Shop, arguments: Namespace) -> int:
    """0; 1 when the trail cannot be read or, for ``verify``, does not hold. Needs no connection and no token."""
    with calm_log():
        books = shop.books()
        try:
            if books.notice is not None:
                # a journal that is not the real one (it cannot be opened, or was saved from damage) proves nothing
                complain(say(books.notice))
            if arguments.what == "verify":
                return FAILED if books.notice is not None else _verify(books)
            rows = books.trail(arguments.last, "" if arguments.all else shop.owner().id)
        except JournalError as error:
            complain(say(error.message))
            return FAILED
        finally:
            books.close()
    zone = ZoneInfo(shop.settings.chosen.timezone)
    if arguments.json:
        whole = {"profile": shop.settings.profile, "all": arguments.all, "events": [_data(r, zone) for r in rows]}
        text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
        tell_data(escaped(text, sys.stdout.encoding or "utf-8") + "\n")
    else:
        tell(_text(rows, zone, everybody=arguments.all))
    return DONE


def _verify(books: Books) -> int:
    broken = books.trail_broken()
    if broken is None:
        tell(_("The trail is whole."))
        return DONE
    complain(_("The trail does not hold from entry {n} on: it was changed from outside.", n=broken))
    return FAILED


def _text(rows: Sequence[HistoryRow], zone: ZoneInfo, *, everybody: bool) -> str:
    """Oldest first, as one reads: a line for each event, and one for each answer below it."""
    if not rows:
        return _("Nothing was sent from here yet.")
    lines: list[str] = []
    for row in reversed(rows):
        event = row.event
        place = f"{clean(event.key.profile)}, " if everybody else ""
        name = clean(event.title) or clean(event.key.id) or clean(event.key.profile)
        what = f"{name}: {clean(say(Message(event.called))) if event.called else action_word(event.what)}"
        who = clean(event.who) or _("unknown")
        lines.append(f"{event.at.astimezone(zone):%d.%m. %H:%M:%S}  {place}{who}  {what} – {_outcome(row)}")
        for key, new in event.new.items():
            if event.labels and key not in event.labels:
                continue  # it travelled along hidden: an ID, not an answer
            old = value_text(event.old.get(key)) if key in event.old else NOTHING
            was = f"{old} → " if key in event.old or not event.labels else ""
            lines.append(f"                {_label(event, key)}: {was}{value_text(new)}")
        for key, note in event.notes.items():
            lines.append(
                "                " + _("note to {field}: {note}", field=_label(event, key), note=clean(note))
            )
        if event.why:
            lines.append("                " + _("reason: {why}", why=clean(event.why)))
    return "\n".join(lines)


def _label(event: Event, key: str) -> str:
    """What a field was called on the screen, in the person's language where it is one of ours."""
    known = Field(key=key, label=event.labels.get(key, ""), kind="text")
    return clean(say(Message(known.label))) if known.label else clean(key.replace("_", " "))


def _state(raw: str) -> str:
    """A server's word for a state, without its underscores."""
    return clean(raw).replace("_", " ")


def _outcome(row: HistoryRow) -> str:
    event = row.event
    answer = _state(say(event.answer)) if event.answer.server else clean(say(event.answer))
    match event.outcome:
        case "sent":
            was = f"{_state(event.was)} → " if event.was else ""
            return _("accepted by the server: {answer}", answer=was + (answer or NOTHING))
        case "refused":
            return _("not accepted: {answer}", answer=answer or NOTHING)
        case "paused":
            return _("held: {answer}", answer=answer or NOTHING)
        case "discarded":
            return _("taken back ({answer})", answer=answer) if answer else _("taken back")
        case "retried":
            return _("to be sent again")
        case "replaced":
            return _("replaced by what was typed in another window")
        case "adopted":
            return answer
        case other:
            return clean(other)


def _data(row: HistoryRow, zone: ZoneInfo) -> dict[str, Any]:
    event = row.event
    return {
        "seq": row.seq,
        "at": stamp(event.at, zone),
        "who": event.who,
        "profile": event.key.profile,
        "system": event.key.system,
        "task": event.key.id,
        "title": event.title,
        "what": event.what,
        "outcome": event.outcome,
        "was": event.was,
        "why": event.why,
        "old": event.old,
        "new": event.new,
        "notes": event.notes,
        "answer": say(event.answer),
        "request": event.request,
        "hash": row.hash,
    }
