"""A report as Markdown to read, as a table for a spreadsheet, and as plain data for JSON.

Whoever calls hands in ``say``, which puts a message into the language of the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.model.clock import stamp
from tui.model.execution import Execution
from tui.model.message import Message
from tui.model.plain import clean
from tui.workbench.report import Item, Remark, Report, Waiting
from tui.workbench.report_words import HEADINGS, ORDER, RARE, SECTIONS, Say, Words, number_text, unread_words
from tui.workbench.tables import table

COLUMNS = (
    "section",
    "id",
    "title",
    "place",
    "department",
    "status",
    "phase",
    "late",
    "carried",
    "due",
    "touched",
    "actor",
    "points",
    "max_points",
    "reason",
    "field",
    "value",
    "limits",
    "note",
    "late_minutes",
)
"""The columns of the table, in this order. ``section``: open, missed, denied, failed, closed, late, done, note,
limit or waiting. ``late`` as the server says; ``late_minutes``: how long past its moment unfinished work was when
the report was made. Times are ISO 8601 with the site's offset. Part of the public interface."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_data(report: Report, zone: ZoneInfo, say: Say) -> dict[str, Any]:
    """The whole report for JSON: ``counts``, one list for each section, ``notes``, ``limits``, ``waiting``."""
    return {
        "profile": report.profile,
        "system": report.system,
        "from": stamp(report.period.start, zone),
        "to": stamp(report.period.end, zone),
        "as_of": stamp(report.as_of, zone),
        "made": stamp(report.made, zone),
        "total": report.total,
        "counts": [
            {"phase": str(count.status.phase), "late": count.status.late, "number": count.number}
            for count in report.counts
        ],
        "points": report.points,
        "max_points": report.max_points,
        "unread": report.unread,
        **{name: [_item(item, zone, say) for item in getattr(report, name)] for name in SECTIONS},
        "notes": [_remark(remark, zone, say) for remark in report.notes],
        "limits": [_remark(remark, zone, say) for remark in report.limits],
        "waiting": [_waiting(entry, zone, say) for entry in report.waiting],
    }


def as_csv(report: Report, zone: ZoneInfo, say: Say) -> str:
    """Lines of :data:`COLUMNS`: one for each execution, note, value out of its limits, and write that waits."""
    return table(COLUMNS, _lines(report, zone, say))


def _lines(report: Report, zone: ZoneInfo, say: Say) -> Iterator[dict[str, object]]:
    for name in SECTIONS:
        for item in getattr(report, name):
            line = _item(item, zone, say)
            yield {"section": name, **{key: line[key] for key in COLUMNS if key in line}}
    for section, remarks in (("note", report.notes), ("limit", report.limits)):
        for remark in remarks:
            yield {"section": section, **_row(remark.row, zone), **_remark(remark, zone, say)}
    for entry in report.waiting:
        yield {
            "section": "waiting",
            "id": entry.key_id,
            "title": entry.title,
            "status": str(entry.state),
            "touched": stamp(entry.created, zone),
            "reason": say(entry.reason) if entry.reason is not None else "",
            "value": entry.action,
        }


def as_markdown(report: Report, zone: ZoneInfo, say: Say) -> str:
    """To read, print and paste. No text of a server is taken for markup."""
    paper = _Paper(report, zone, say)
    return "\n".join([*paper.head(), *paper.body()]) + "\n"


class _Paper:
    """The lines of one report."""

    def __init__(self, report: Report, zone: ZoneInfo, say: Say) -> None:
        self._report = report
        self._zone = zone
        self._say = say

    def head(self) -> Iterator[str]:
        """What it is about, and the numbers."""
        report, say = self._report, self._say
        yield "# " + say(Message("Shift report: {title}", {"title": _plain(report.title)}))
        yield ""
        span = {"first": self._day_time(report.period.start), "last": self._day_time(report.period.end)}
        yield "- " + say(Message("Period: {first} to {last}", span))
        known = self._day_time(report.as_of) if report.as_of is not None else "–"
        yield "- " + say(Message("Data as of {moment}", {"moment": known}))
        yield "- " + say(Message("Made {moment}", {"moment": self._day_time(report.made)}))
        if report.max_points:
            numbers = {"points": number_text(report.points), "most": number_text(report.max_points)}
            yield "- " + say(Message("Points: {points} of {most}", numbers))
        yield ""
        yield f"| {say(Message('Status'))} | {say(Message('Tasks'))} |"
        yield "| --- | ---: |"
        for count in report.counts:
            yield f"| {_plain(say(count.status.word))} | {count.number} |"
        if report.unread:
            yield ""
            yield f"> {say(unread_words(report))}"

    def body(self) -> Iterator[str]:
        """The sections; an empty one says so."""
        words = Words(self._report, self._zone, self._say, plain=_plain, strong=lambda text: f"**{text}**")
        for section in ORDER:
            lines = words.of(section)
            if lines or section not in RARE:
                yield from self._section(HEADINGS[section], lines)

    def _section(self, heading: Message, lines: list[str]) -> Iterator[str]:
        yield ""
        yield f"## {self._say(heading)} ({len(lines)})"
        yield ""
        yield from (f"- {line}" for line in lines)
        if not lines:
            yield self._say(Message("Nothing."))

    def _day_time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")


def _item(item: Item, zone: ZoneInfo, say: Say) -> dict[str, Any]:
    return {
        **_row(item.row, zone),
        "carried": item.carried,
        "late_minutes": None if item.late_by is None else int(item.late_by.total_seconds()) // 60,
        "reason": item.reason,
        "facts": {say(label): text for label, text in item.facts},
    }


def _row(row: Execution, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": row.key.id,
        "title": row.title,
        "place": row.place,
        "department": row.department,
        "status": row.status.raw,
        "phase": str(row.status.phase),
        "late": row.status.late,
        "due": stamp(row.due, zone),
        "touched": stamp(row.touched, zone),
        "actor": row.actor,
        "points": row.points,
        "max_points": row.max_points,
    }


def _remark(remark: Remark, zone: ZoneInfo, say: Say) -> dict[str, Any]:
    return {
        "id": remark.row.key.id,
        "title": remark.row.title,
        "place": remark.row.place,
        "due": stamp(remark.row.due, zone),
        "actor": remark.row.actor,
        "field": remark.field,
        "value": remark.value,
        "limits": say(remark.limits) if remark.limits is not None else None,
        "note": remark.note,
    }


def _waiting(entry: Waiting, zone: ZoneInfo, say: Say) -> dict[str, Any]:
    return {
        "id": entry.key_id,
        "title": entry.title,
        "action": entry.action,
        "state": str(entry.state),
        "created": stamp(entry.created, zone),
        "reason": say(entry.reason) if entry.reason is not None else None,
    }


def _plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", clean(text, limit=None)).strip()
