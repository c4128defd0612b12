"""``shiftdeck history``: the local trail of what was sent, in words or as data, and whether it is whole."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tui.cli.exits import DONE, FAILED
from tui.cli.output import calm_log, complain, escaped, tell, tell_data
from tui.cli.words import NOTHING, action_word, readable, value_text
from tui.i18n import _, say
from tui.model.clock import stamp
from tui.model.field import Field
from tui.model.message import Message
from tui.model.plain import clean
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.model.field import Value
    from tui.workbench.books import Books
    from tui.workbench.glossary import Glossary, Named
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
            owner = "" if arguments.all else shop.owner().id
            rows, words = books.trail(arguments.last, owner), books.glossary(owner)
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
        tell(_text(rows, words, zone, everybody=arguments.all))
    return DONE


def _verify(books: Books) -> int:
    broken = books.trail_broken()
    if broken is None:
        tell(_("The trail is whole."))
        return DONE
    complain(_("The trail does not hold from entry {n} on: it was changed from outside.", n=broken))
    return FAILED


def _text(rows: Sequence[HistoryRow], words: Glossary, zone: ZoneInfo, *, everybody: bool) -> str:
    """Oldest first, as one reads: a line for each event, and one for each answer below it."""
    if not rows:
        return _("Nothing was sent from here yet.")
    lines: list[str] = []
    for row in reversed(rows):
        event = row.event
        place = f"{clean(event.key.profile)}, " if everybody else ""
        name = clean(event.title) or clean(event.key.id) or clean(event.key.profile)
        # Of a token nobody may know whose it is.
        whose = place + clean(event.who)
        what = f"{name}: {_action(event, words)} – {_outcome(event, words)}"
        parts = (f"{event.at.astimezone(zone):%d.%m. %H:%M:%S}", whose.removesuffix(", "), what)
        lines.append("  ".join(filter(None, parts)))
        lines += [f"                {line}" for line in _below(event, words)]
    return "\n".join(lines)


def _below(event: Event, words: Glossary) -> Iterator[str]:
    """What was answered, noted and given as a reason."""
    for key, new in event.new.items():
        field = words.field(event.key, key)
        if key not in event.labels and (event.labels or (field is not None and field.field.hidden)):
            continue  # it travelled along hidden: an ID, not an answer
        old = _value(event, event.old.get(key), field, words)
        was = f"{old} → " if key in event.old or not event.labels else ""
        yield f"{_label(event, key, field)}: {was}{_value(event, new, field, words)}"
    for key, note in event.notes.items():
        label = _label(event, key, words.field(event.key, key))
        yield _("Note to {field}: {note}", field=label, note=clean(note))
    if event.why:
        yield _("Reason: {why}", why=clean(event.why))


def _action(event: Event, words: Glossary) -> str:
    """What the action was called then, else what it is called now."""
    if event.called:
        return clean(say(Message(event.called)))
    known = words.action(event.key, event.what)
    return clean(say(known)) if known is not None else action_word(event.what)


def _label(event: Event, key: str, field: Named | None) -> str:
    """What a field was called on the screen, in the person's language where it is one of ours."""
    known = Field(key=key, label=event.labels.get(key, ""), kind="text")
    if known.label:
        return clean(say(Message(known.label)))
    return (
        clean(say(field.label)) if field is not None and field.field.label else readable(key.removesuffix("_id"))
    )


def _value(event: Event, value: Value, field: Named | None, words: Glossary) -> str:
    """An answer; of a choice its words."""
    if field is None or not field.field.choices or not value:
        return value_text(value)
    parts = value if isinstance(value, list) else [value]
    return ", ".join(_choice(event, part, field, words) for part in parts)


def _choice(event: Event, value: Value, field: Named, words: Glossary) -> str:
    """What an option was called; one that is offered no more may be a state."""
    known = field.choice(value) or words.state(event.key, str(value))
    return clean(say(known)) if known is not None else value_text(value)


def _state(event: Event, raw: str, words: Glossary) -> str:
    """A server's word for a state, as the screen says it."""
    known = words.state(event.key, raw)
    return clean(say(known)) if known is not None else readable(raw)


def _outcome(event: Event, words: Glossary) -> str:
    answer = clean(say(event.answer))
    match event.outcome:
        case "sent":
            return _accepted(event, answer, words)
        case "unsent":
            return _("not sent: {answer}", answer=answer or NOTHING)
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


def _accepted(event: Event, answer: str, words: Glossary) -> str:
    """From which state to which; one alone where it stayed so, none where the answer was not about it."""
    if event.failed.id:
        return _("accepted by the server, but it failed: {why}", why=clean(say(event.failed)))
    if not event.answer.id:
        return _("accepted by the server")
    became = _state(event, event.answer.id, words) if event.answer.server else answer
    was = _state(event, event.was, words) if event.was else became
    return _("accepted by the server: {answer}", answer=became if was == became else f"{was} → {became}")


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
        "failed": say(event.failed),
        "request": event.request,
        "hash": row.hash,
    }
