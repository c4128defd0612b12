"""What the screen shows of a report: the numbers, then one part for each section, the longest ones cut."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tui.i18n import _, plural, say
from tui.model.execution import Block, Line, Tone
from tui.model.message import Message, verbatim
from tui.model.plain import clean
from tui.ui.moments import moment_text
from tui.workbench.report import Report
from tui.workbench.report_words import HEADINGS, ORDER, RARE, Words, number_text, unread_words

MOST = 500
"""So many lines of a section are on the screen; the file has all of them."""

_TONES = {"failed": Tone.BAD, "missed": Tone.BAD, "denied": Tone.WARNING, "late": Tone.WARNING, "limits": Tone.BAD}
_FOLDED = frozenset({"done"})
"""What nobody has to act on."""


def blocks_of(report: Report, now: datetime, zone: ZoneInfo) -> tuple[Block, ...]:
    """For a :class:`BlockView`."""
    words = Words(report, zone, say, plain=_plain, strong=str)
    blocks = [_numbers(report, now, zone)]
    for section in ORDER:
        lines = words.of(section)
        if lines or section not in RARE:
            tones = [_TONES.get(section, Tone.PLAIN)] * len(lines)
            if section == "open":
                tones = [Tone.PLAIN if item.late_by is None else Tone.WARNING for item in report.open]
            blocks.append(_section(section, lines, tones))
    return tuple(blocks)


def _numbers(report: Report, now: datetime, zone: ZoneInfo) -> Block:
    counts = [
        _("{n} {status}", n=count.number, status=say(count.status.word)) for count in report.counts if count.number
    ]
    lines = [
        _labelled(Message("Tasks"), ", ".join(counts) or _("No tasks in this period.")),
    ]
    if report.max_points:
        points = {"points": number_text(report.points), "most": number_text(report.max_points)}
        lines.append(_labelled(Message("Points"), _("{points} of {most}", **points)))
    if report.as_of is not None:
        lines.append(_labelled(Message("Data as of"), moment_text(report.as_of, now, zone)))
    if report.unread:
        lines.append(Line(text=unread_words(report), tone=Tone.WARNING))
    return Block(id="numbers", title=Message("Summary"), lines=tuple(lines))


def _section(section: str, texts: list[str], tones: list[Tone]) -> Block:
    shown = zip(texts[:MOST], tones, strict=False)
    lines = [Line(text=verbatim(text), tone=tone) for text, tone in shown] or [Line(text=Message("Nothing."))]
    more = len(texts) - MOST
    if more > 0:
        said = plural("{n} more is in the file (e exports it).", "{n} more are in the file (e exports it).", more)
        lines.append(Line(text=verbatim(said)))
    folded = section in _FOLDED and bool(texts)
    # What is folded says by itself how much it is.
    title = say(HEADINGS[section]) if folded else f"{say(HEADINGS[section])} ({len(texts)})"
    return Block(id=section, title=verbatim(title), lines=tuple(lines), folded=folded)


def _labelled(label: Message, text: str) -> Line:
    return Line(text=verbatim(text), label=label)


def _plain(text: str) -> str:
    return clean(text).strip()
