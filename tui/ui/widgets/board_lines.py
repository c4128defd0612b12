"""The text of the board: sums, heat strips, completion. Pure: no Textual.

Everything is a list of pieces ``(text, part)``, as in the list; ``part`` names the look and never the colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tui.i18n import _, plural, say
from tui.ui.moments import clock_text, day_text
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.execution_rows import BAD, CALM, LATE, MARK, PLAIN, Piece
from tui.workbench.figures import Figures, Heat, Strip

HEADING = "heading"
Line = list[Piece]

_NAME, _NUMBERS = 24, 12
_BLOCKS = "▁▂▃▄▅▆▇█"
_GAPS = re.compile("  +")
_HEAT_PARTS = {
    Heat.OVERDUE: LATE,
    Heat.MISSED: BAD,
    Heat.FAILED: BAD,
    Heat.DENIED: BAD,
    Heat.UNKNOWN: BAD,
    Heat.DONE_LATE: MARK,
    Heat.DUE: PLAIN,
}
_LEGEND = (Heat.OVERDUE, Heat.MISSED, Heat.FAILED, Heat.DENIED, Heat.DONE_LATE, Heat.DUE, Heat.LATER, Heat.DONE)
_RARE = (Heat.FAILED,)


class Canvas(NamedTuple):
    """How wide the board is, and whether it has nothing but ASCII."""

    width: int
    ascii: bool = False

    @property
    def dot(self) -> str:
        """What stands between two facts."""
        return " - " if self.ascii else " · "


# -- sums -------------------------------------------------------------------------------------------------------


def summary(
    figures: Figures, before: Figures | None, canvas: Canvas, server: int | None, unsure: Sequence[str] = ()
) -> Line:
    """The figures beside the counts, the most urgent first; as many as fit. ``unsure``: what they do not hold."""
    late = figures.overdue_count
    parts = [(plural("{n} overdue", "{n} overdue", late), LATE if late else PLAIN)]
    if figures.needing_count:
        n = figures.needing_count
        parts.append((plural("{n} needs somebody", "{n} need somebody", n), LATE))
    parts += [(words, MARK) for words in unsure]
    if server is not None and server != figures.unfinished:
        # The server is asked without days and counts by its own rules: each number is named as what it is.
        words = _("{n} unfinished here, by the server's rules {server}", n=figures.unfinished, server=server)
        parts.append((words, MARK))
    if figures.shelved:
        parts.append((plural("{n} shelved", "{n} shelved", len(figures.shelved)), PLAIN))
    parts.append((plural("{n} due within 2 h", "{n} due within 2 h", figures.due_soon), PLAIN))
    parts.append((done_words(figures), PLAIN))
    if before is not None and before.expected and before.expected[-1]:
        n = done_by_now(before, figures.present)
        parts.append((_("before: {n} of {planned} by now", n=n, planned=before.expected[-1]), CALM))
    if figures.max_points:
        parts.append((points_words(figures, before), PLAIN))
    if figures.carried:
        parts.append((_("{n} carried over", n=figures.carried), CALM))
    line: Line = [(" ", PLAIN)]
    room = canvas.width - 1
    for words, part in parts:
        text = words if len(line) == 1 else canvas.dot + words
        if cells(text) > room:
            break
        line.append((text, part))
        room -= cells(text)
    return line


def done_words(figures: Figures) -> str:
    """``31 of 60 done``."""
    planned = figures.expected[-1] if figures.expected else 0
    return _("{n} of {planned} done", n=done_by_now(figures, figures.present), planned=planned)


def points_words(figures: Figures, before: Figures | None) -> str:
    """``84 of 120 points (before: 110 of 120)``."""
    words = _("{n} of {most} points", n=f"{figures.points:.6g}", most=f"{figures.max_points:.6g}")
    if before is None or not before.max_points:
        return words
    return words + " " + _("(before: {n} of {most})", n=f"{before.points:.6g}", most=f"{before.max_points:.6g}")


def done_by_now(figures: Figures, present: int) -> int:
    """What was finished by the end of slot ``present``; of a past period all of it, of a future one nothing."""
    if not figures.done or present < 0:
        return 0
    return figures.done[min(present, len(figures.done) - 1)]


# -- heat strips ------------------------------------------------------------------------------------------------


class Columns(NamedTuple):
    """Cells of the name, of each slot, and of the numbers behind them (0: none)."""

    name: int
    slot: int
    numbers: int


def strip_columns(slots: int, width: int) -> Columns:
    """Share the width: every slot has at least one cell, the name at least eight."""
    for slot in (3, 2, 1):
        for numbers in (_NUMBERS, 0):
            name = width - 4 - slots * slot - numbers
            if name >= (_NAME if slot > 1 else 14 if numbers else 8):
                most = max(_NAME, width // 4)
                return Columns(min(name, most), slot, numbers)
    return Columns(max(4, width - 4 - slots), 1, 0)


def hours_line(figures: Figures, zone: ZoneInfo, canvas: Canvas, title: str) -> Line:
    """What the columns stand for: the hours in wall time, the present one always named, with a mark before it."""
    columns = strip_columns(len(figures.slots), canvas.width)
    # One cell more than there are columns: in it is the mark of the first one.
    line: Line = [(fitted(f" {title}", columns.name + 3, canvas), HEADING)]
    slots, slot, width = figures.slots, columns.slot, columns.slot * len(figures.slots) + 1
    mark, begin, last = "", width, False
    if 0 <= figures.present < len(slots):
        arrow, name = "v" if canvas.ascii else "▾", _slot_words(slots, figures.present, zone)
        begin = figures.present * slot + (slot <= len(name))
        last = begin + 1 + len(name) > width
        mark = name + arrow if last else arrow + name
        begin -= len(name) if last else 0
    end, text = begin + len(mark), ""
    for place in range(0, len(slots), max(1, -(-3 // slot))):
        at, words = place * slot + 1, _slot_words(slots, place, zone)
        # What has no room beside the present one is left out whole: half a label says nothing.
        if at >= len(text) and (at + len(words) <= begin - last or at > end or not mark):
            text = text.ljust(at) + words
    text = text[:width].ljust(width)
    line += [(text[:begin], CALM), (mark, MARK), (text[end:], CALM)]
    if columns.numbers:
        line.append((fitted(_("done").rjust(columns.numbers - 1), columns.numbers, canvas), CALM))
    return _filled(line, canvas)


def _slot_words(slots: Sequence[datetime], place: int, zone: ZoneInfo) -> str:
    local = slots[place].astimezone(zone)
    return f"{local.day:02}" if _by_days(slots) else f"{local:%H}"


def _by_days(slots: Sequence[datetime]) -> bool:
    return len(slots) > 1 and (slots[1] - slots[0]).total_seconds() >= 86_400


def strip_line(strip: Strip, figures: Figures, canvas: Canvas, *, selected: bool) -> Line:
    """One group over the period: name, what it brought along, one sign for each slot, how much is done."""
    columns = strip_columns(len(figures.slots), canvas.width)
    bar = (">" if canvas.ascii else "▌") if selected else " "
    name = clean(strip.name) or _("(none)")
    part = LATE if strip.overdue else PLAIN if strip.closed < strip.total else CALM
    line: Line = [(bar, MARK), (fitted(name, columns.name, canvas) + " ", part)]
    line.append(_heat_piece(strip.before, 1, canvas))
    line.append(("|" if canvas.ascii else "│", CALM))
    line += [_heat_piece(heat, columns.slot, canvas) for heat in strip.cells]
    if columns.numbers:
        late = f"!{strip.overdue} " if strip.overdue else ""
        numbers = f"{late}{strip.closed}/{strip.total}".rjust(columns.numbers - 1)
        line.append((fitted(numbers, columns.numbers, canvas), LATE if strip.overdue else CALM))
    return _filled(line, canvas)


def strip_words(strip: Strip, figures: Figures, zone: ZoneInfo) -> str:
    """The same in a sentence, for the strip under the cursor."""
    name = clean(strip.name) or _("(none)")
    facts = [_("{closed} of {total} closed", closed=strip.closed, total=strip.total)]
    if strip.overdue:
        facts.append(plural("{n} overdue", "{n} overdue", strip.overdue))
    worst = strip.worst
    if worst >= Heat.DONE_LATE:
        word = say(worst.word)
        if worst in strip.cells:
            span = _slot_span(figures, strip.cells.index(worst), zone)
            facts.append(_("worst: {state}, {span}", state=word, span=span))
        else:
            facts.append(_("worst: {state}, from before", state=word))
    return f"{name}: " + ", ".join(facts)


def _slot_span(figures: Figures, place: int, zone: ZoneInfo) -> str:
    """``21:00-22:00``, with its day where the period has several; of a slot of days its first day."""
    slots, (first, last) = figures.slots, figures.period.days(zone)
    day = day_text(slots[place].astimezone(zone).date(), None)
    if _by_days(slots):
        return day
    # A period ends with its last second.
    end = slots[place + 1] if place + 1 < len(slots) else figures.period.end + timedelta(seconds=1)
    hours = f"{clock_text(slots[place], zone)}-{clock_text(end, zone)}"
    return hours if first == last else f"{day} {hours}"


def legend_line(canvas: Canvas, strips: Sequence[Strip] = ()) -> Line:
    """What the signs of ``strips`` mean, as many as fit, the worst first; what is rare only where it is seen."""
    line: Line = [(" ", CALM)]
    room = canvas.width - 1
    for heat in _LEGEND:
        if heat in _RARE and not any(heat in strip.cells or heat is strip.before for strip in strips):
            continue
        sign = heat.ascii if canvas.ascii else heat.shape
        text = f"{sign} {say(heat.word)}"
        if cells(text) > room:
            break
        text += " " * min(2, room - cells(text))
        line.append((text, _HEAT_PARTS.get(heat, CALM)))
        room -= cells(text)
    return _filled(line, canvas)


def _heat_piece(heat: Heat, width: int, canvas: Canvas) -> Piece:
    sign = heat.ascii if canvas.ascii else heat.shape
    return (sign * width if heat is Heat.OVERDUE and width > 1 else sign.ljust(width)), _HEAT_PARTS.get(heat, CALM)


# -- completion -------------------------------------------------------------------------------------------------


def plot_lines(
    figures: Figures, before: Figures | None, zone: ZoneInfo, canvas: Canvas, height: int
) -> list[Line]:
    """Done over time as a filled curve, what was planned as a line, the period before as dots; 3 lines or more."""
    slots = len(figures.slots)
    heading = _plot_heading(figures, before, canvas)
    if not slots or height < 3:
        return [heading]
    most = max(1, *figures.expected[-1:], *figures.done, *(before.done if before is not None else ()))
    left = len(str(most)) + 2
    width = max(slots, canvas.width - left - 1)
    rows = height - 2
    done = _stretched(figures.done[: max(0, min(slots, figures.present + 1))], slots, width)
    planned = _stretched(figures.expected, slots, width)
    earlier = _stretched(before.done, slots, width) if before is not None else []
    lines = [heading]
    for row in reversed(range(rows)):
        label = str(most) if row == rows - 1 else "0" if row == 0 else ""
        axis = "|" if canvas.ascii else "│"
        line: Line = [(f"{label:>{left - 1}}{axis}", CALM)]
        levels = [[value * rows / most - row for value in curve] for curve in (done, planned, earlier)]
        line += _joined(_cell_at(x, levels, canvas) for x in range(width))
        lines.append(_filled(line, canvas))
    lines.append(_plot_hours(figures, zone, canvas, left, width))
    return lines


def _plot_heading(figures: Figures, before: Figures | None, canvas: Canvas) -> Line:
    full, line, dot = ("#", "-", ".") if canvas.ascii else ("█", "─", "·")
    pieces: Line = [(f" {_('Completion')} ", HEADING), (f" {full} {done_words(figures)} ", PLAIN)]
    pieces.append((f" {line} {_('planned')} ", MARK))
    if before is not None:
        pieces.append((f" {dot} {_('the period before')} ", CALM))
    shown: Line = []
    room = canvas.width
    for text, part in pieces:
        if cells(text) > room:
            break
        shown.append((text, part))
        room -= cells(text)
    return _filled(shown, canvas)


def _stretched(values: Sequence[int], slots: int, width: int) -> list[float]:
    """``values`` at the end of each slot as a line over ``width`` columns that begins at nought."""
    points = [0.0, *map(float, values)]
    out: list[float] = []
    for x in range(width):
        at = (x + 1) * slots / width
        place = int(at)
        if place >= len(points) - 1:
            if at - 1 > len(points) - 2 + 1e-9:
                break
            out.append(points[-1])
            continue
        out.append(points[place] + (points[place + 1] - points[place]) * (at - place))
    return out


def _cell_at(x: int, levels: Sequence[Sequence[float]], canvas: Canvas) -> Piece:
    """What one cell shows: the filled curve first, then the line, then the dots."""
    done, planned, earlier = (curve[x] if x < len(curve) else -1.0 for curve in levels)
    if done >= 1:
        return ("#" if canvas.ascii else "█"), PLAIN
    if 0 <= planned < 1 and planned >= done:
        return ("-" if canvas.ascii else "─"), MARK
    if done > 0:
        if canvas.ascii:
            return ("#" if done >= 0.5 else " "), PLAIN
        return _BLOCKS[min(7, int(done * 8))], PLAIN
    if 0 <= earlier < 1:
        return ("." if canvas.ascii else "·"), CALM
    return " ", CALM


def _plot_hours(figures: Figures, zone: ZoneInfo, canvas: Canvas, left: int, width: int) -> Line:
    slots, text = len(figures.slots), ""
    for place in range(slots):
        at = place * width // slots
        if at >= len(text) + 2 or (not text and not at):
            text = text.ljust(at) + _slot_words(figures.slots, place, zone)
    return _filled([(" " * left, CALM), (text[:width], CALM)], canvas)


# -- shared -----------------------------------------------------------------------------------------------------


def hatched(text: str, *, ascii_only: bool) -> str:
    """``text`` with its gaps crossed out: nothing here may be relied on any more."""
    return _GAPS.sub(lambda gap: ("/" if ascii_only else "╱") * len(gap.group()), text)


def _joined(pieces: Iterable[Piece]) -> Line:
    joined: Line = []
    for text, part in pieces:
        if joined and joined[-1][1] == part:
            joined[-1] = joined[-1][0] + text, part
        else:
            joined.append((text, part))
    return joined


def fitted(text: str, width: int, canvas: Canvas) -> str:
    """Exactly ``width`` cells of ``text``, cut with a mark or filled."""
    short = cut(text, width, mark="~" if canvas.ascii else "…")
    return short + " " * (width - cells(short))


def _filled(line: Line, canvas: Canvas) -> Line:
    used = sum(cells(text) for text, _part in line)
    return [*line, (" " * (canvas.width - used), PLAIN)] if used < canvas.width else line
