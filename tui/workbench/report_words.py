"""The lines of a report in words, for the screen and for Markdown: both say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from tui.model.action import SLOT_WORDS
from tui.model.execution import Execution
from tui.model.message import Message
from tui.model.span import span_words
from tui.workbench.report import SECTIONS as SECTIONS
from tui.workbench.report import Item, Remark, Report, Waiting

Say = Callable[[Message], str]
Plain = Callable[[str], str]

HEADINGS = {
    "open": Message("Unfinished"),
    "missed": Message("Missed"),
    "denied": Message("Denied"),
    "failed": Message("Failed"),
    "closed": Message("Ended otherwise"),
    "late": Message("Done, late"),
    "done": Message("Done"),
    "notes": Message("Notes"),
    "limits": Message("Values out of limits"),
    "waiting": Message("Not sent to the server yet"),
}
RARE = frozenset({"failed", "closed"})
"""Sections that are left out where there is nothing in them."""
ORDER = ("failed", "open", "missed", "denied", "closed", "late", "notes", "limits", "waiting", "done")
"""What the next shift has to know first."""
_STATES = {
    "waiting": Message("waits to be sent"),
    "sending": Message("is being sent"),
    "paused": Message("held: the token is not accepted"),
    "attention": Message("needs attention"),
}


class Words:
    """Sentences about one report. ``plain`` makes a text of a server harmless, ``strong`` lifts a title."""

    def __init__(self, report: Report, zone: ZoneInfo, say: Say, *, plain: Plain, strong: Plain) -> None:
        self._report = report
        self._zone = zone
        self._say = say
        self._plain = plain
        self._strong = strong
        self._several = len(set(report.period.days(zone))) > 1

    def of(self, section: str) -> list[str]:
        """The lines of a section of :data:`ORDER`."""
        found = getattr(self._report, section)
        if section == "waiting":
            return [self.waiting(entry) for entry in found]
        return [self.remark(one) if isinstance(one, Remark) else self.item(one) for one in found]

    def item(self, item: Item) -> str:
        """One execution: when, what, where, how it stands, and why."""
        row, say, plain = item.row, self._say, self._plain
        said = (row.verdict.text,) if row.verdict is not None else ()
        parts = [plain(say(words)) for words in (row.status.word, *said, *row.marks)]
        if item.late_by is not None:
            parts.append(say(Message("{span} late", {"span": span_words(item.late_by, seconds=False)})))
        if row.actor:
            parts.append(plain(row.actor))
        parts += [f"{plain(say(label))}: {plain(text)}" for label, text in item.facts]
        return f"{self._name(row, dated=self._elsewhere(row.due))} – {', '.join(parts)}"

    def remark(self, remark: Remark) -> str:
        """One answer with its note or its limits."""
        plain = self._plain
        words = f"{self._name(remark.row)} – {plain(remark.field)}: {plain(remark.value) or '–'}"
        if remark.limits is not None:
            words += f" ({plain(self._say(remark.limits))})"
        return f"{words}. {plain(remark.note)}" if remark.note else words

    def waiting(self, entry: Waiting) -> str:
        """One write that the server does not have."""
        plain, say = self._plain, self._say
        action = say(SLOT_WORDS[entry.action]) if entry.action in SLOT_WORDS else plain(entry.action)
        words = f"{self._time(entry.created, dated=False)} {plain(entry.title)}: {action}"
        words += f" – {say(_STATES[entry.state])}"
        return f"{words}. {plain(say(entry.reason))}" if entry.reason is not None else words

    def _name(self, row: Execution, *, dated: bool = False) -> str:
        plain = self._plain
        when = self._time(row.due, dated=dated) + " " if row.due is not None else ""
        place = f" · {plain(row.place)}" if row.place else ""
        return f"{when}{self._strong(plain(row.title) or plain(row.key.id))}{place}"

    def _elsewhere(self, due: datetime | None) -> bool:
        """Whether it was due on a day that the report is not about, or in a time before it."""
        period = self._report.period
        days = period.days(self._zone)
        return due is not None and (due < period.start or due.astimezone(self._zone).date() not in days)

    def _time(self, moment: datetime, *, dated: bool) -> str:
        dated = dated or self._several
        return moment.astimezone(self._zone).strftime("%d.%m. %H:%M" if dated else "%H:%M")


def number_text(number: float) -> str:
    """Points, without noughts behind the point."""
    return f"{number:g}"


def unread_words(report: Report) -> Message:
    """That some answers are missing in the report."""
    return Message("The answers of {n} tasks could not be read, and are missing here.", {"n": report.unread})
