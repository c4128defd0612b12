"""The text of one row: which columns at which width, and what stands in them. Pure: no Textual.

On 60 columns and more a row is one line of columns. Below, it takes two: the title comes first, because it is
what a tired person looks for and what a narrow column would cut; under it stand state, age and moment, and the
place where it does not fit beside the title. A row is a list of pieces ``(text, part)``; ``part`` names the look
and never the colour.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tui.i18n import _, language, say
from tui.model.execution import Execution, Group
from tui.model.message import Message
from tui.model.status import Phase, Status
from tui.ui.moments import clock_text, weekday
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.list_order import is_closed

PLAIN, CALM, LATE, BAD, MARK, CURSOR = "plain", "calm", "late", "bad", "mark", "cursor"
Piece = tuple[str, str]

# Screens of 60, 80, 100 and 120 columns, less one for the scroll bar and one for a border.
TWO_LINES_BELOW, _LONG_AGE_FROM, _PLACE_FROM, _WIDE_FROM = 58, 78, 98, 118
_LONGEST = 512  # characters of a server's text that a row looks at

_SHORT = {
    (Phase.OPEN, False): Message("Open"),
    (Phase.OPEN, True): Message("Late"),
    (Phase.ACTIVE, False): Message("Started"),
    (Phase.ACTIVE, True): Message("Late"),
    (Phase.WAITING, False): Message("Waiting"),
    (Phase.DONE, False): Message("Done"),
    (Phase.DONE, True): Message("Done"),
    (Phase.DENIED, False): Message("Denied"),
    (Phase.FAILED, False): Message("Failed"),
    (Phase.MISSED, False): Message("Missed"),
    (Phase.CANCELLED, False): Message("Dropped"),
}
_FULL = {key: Status("", *key).word for key in _SHORT}
_BAD = (Phase.DENIED, Phase.FAILED, Phase.MISSED, Phase.UNKNOWN)
_NAMES = {
    Group.OVERDUE: Message("Overdue"),
    Group.DUE: Message("Due"),
    Group.LATER: Message("Later"),
    Group.CLOSED: Message("Closed"),
}


class Look(NamedTuple):
    """What decides the columns: the width in cells, signs or code letters, and what the system has."""

    width: int
    ascii: bool = False
    due: bool = True
    points: bool = True

    @property
    def height(self) -> int:
        """Lines that a row takes."""
        return 2 if self.width < TWO_LINES_BELOW else 1


class Marks(NamedTuple):
    """What the list knows about a row beside its data. ``digit``: the key that opens it, or ""."""

    selected: bool = False
    digit: str = ""
    unsent: bool = False
    unseen: bool = False
    gone: bool = False


def group_name(group: Group) -> str:
    """The heading of a group."""
    return say(_NAMES[group])


def span_of(seconds: float, *, short: bool = False) -> str:
    """``12m``, ``2h05m``, ``23h``, ``3d``; with ``short`` one unit only. The letters are the same everywhere."""
    minutes = int(seconds // 60)
    hours = minutes // 60
    if minutes < 60:
        return f"{minutes}m"
    if hours < 10 and not short:
        return f"{hours}h{minutes % 60:02}m"
    return f"{hours}h" if hours < 48 else f"{hours // 24}d"


def age_of(execution: Execution, now: datetime, zone: ZoneInfo, *, short: bool = False) -> str:
    """``+12m`` when late, ``in 25m`` before; for closed work the moment at which it was last touched."""
    if is_closed(execution):
        if execution.touched is None or short or _day(execution.touched, zone) != _day(now, zone):
            return ""
        return _("at {time}", time=clock_text(execution.touched, zone))
    if execution.due is None:
        return ""
    seconds = (now - execution.due) / timedelta(seconds=1)
    if abs(seconds) < 60:
        return _("now")
    span = span_of(abs(seconds), short=short)
    return f"+{span}" if seconds > 0 else _("in {span}", span=span)


def due_of(execution: Execution, now: datetime, zone: ZoneInfo) -> str:
    """``22:00`` today, ``Fri 22:00`` within six days, the day alone beyond; at most nine cells."""
    if execution.due is None:
        return ""
    local = execution.due.astimezone(zone)
    distance = abs((local.date() - _day(now, zone)).days)
    if distance == 0:
        return f"{local:%H:%M}"
    if distance < 7:
        return f"{weekday(local.date())} {local:%H:%M}"
    return _("{month:02}-{day:02}", month=local.month, day=local.day)


def points_of(execution: Execution) -> str:
    """``18/20``, ``-/20`` before there are any, nothing where none can be had."""
    if execution.points is None and execution.max_points is None:
        return ""
    got, most = (f"{n:.6g}" if n is not None else "-" for n in (execution.points, execution.max_points))
    return f"{got}/{most}" if execution.max_points is not None else got


def sign_of(status: Status, look: Look) -> str:
    """Shape or code letter, always two cells."""
    return f"{status.code if look.ascii else status.shape:<2}"[:2]


def word_of(status: Status, *, short: bool) -> str:
    """The state in words; an unknown one as the server wrote it."""
    words = _SHORT if short else _FULL
    known = words.get((status.phase, status.late)) or words.get((status.phase, False))
    return say(known) if known is not None else clean(status.raw)


def word_width(*, short: bool) -> int:
    """The cells of the longest known word in the present language."""
    return _word_width(short, language())


@lru_cache(maxsize=8)
def _word_width(short: bool, _language: str) -> int:
    return max(cells(say(message)) for message in (_SHORT if short else _FULL).values())


def row_lines(execution: Execution, look: Look, marks: Marks, now: datetime, zone: ZoneInfo) -> list[list[Piece]]:
    """The lines of a row, each exactly ``look.width`` cells wide."""
    if look.height == 2:
        return _two_lines(execution, look, marks, now, zone)
    return [_one_line(execution, look, marks, now, zone)]


def title_of(execution: Execution) -> str:
    """The title, or the ID where the server sent none."""
    return clean(execution.title[:_LONGEST]).strip() or f"#{clean(execution.key.id)}"


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _state_part(execution: Execution) -> str:
    status = execution.status
    if status.phase in _BAD:
        return BAD
    if status.late and not is_closed(execution):
        return LATE
    return CALM if is_closed(execution) else PLAIN


def _age_part(age: str) -> str:
    return LATE if age.startswith("+") else CALM


def _gutter(look: Look, marks: Marks) -> tuple[Piece, Piece, Piece]:
    bar = (">" if look.ascii else "▌") if marks.selected else " "
    mark = " "
    if marks.unsent:
        mark = "+" if look.ascii else "✎"
    elif marks.unseen:
        mark = "*" if look.ascii else "•"
    return (bar, CURSOR), (marks.digit or " ", CALM), (mark, MARK)


def _fit(text: str, width: int, look: Look) -> str:
    short = cut(text, width, mark="~" if look.ascii else "…")
    return short + " " * (width - cells(short))


def _word(execution: Execution, marks: Marks, *, short: bool) -> str:
    return _("Gone") if marks.gone else word_of(execution.status, short=short)


def _two_lines(e: Execution, look: Look, marks: Marks, now: datetime, zone: ZoneInfo) -> list[list[Piece]]:
    bar, digit, mark = _gutter(look, marks)
    text_part = CALM if is_closed(e) or marks.gone else PLAIN
    state = _state_part(e)
    dot = " - " if look.ascii else " · "
    title, place = title_of(e), clean(e.place[:_LONGEST]).strip()
    room = look.width - 6
    beside = bool(place) and cells(title) + len(dot) + cells(place) <= room
    first = [bar, (sign_of(e.status, look), state), (" ", PLAIN)]
    if beside:
        first += [(title, text_part), (_fit(dot + place, room - cells(title), look), CALM)]
    else:
        first.append((_fit(title, room, look), text_part))
    first += [(" ", PLAIN), mark]
    age = age_of(e, now, zone)
    due = "" if is_closed(e) and age else due_of(e, now, zone)
    facts = [(f" {age}" if age.startswith("+") else dot + age, _age_part(age))] if age else []
    facts += [(dot + text, CALM) for text in (due, "" if beside else place) if text]
    second: list[Piece] = [bar, digit, ("  ", PLAIN)]
    room = look.width - 4
    for text, part in [(_word(e, marks, short=True), state), *facts]:
        piece = cut(text, room, mark="~" if look.ascii else "…")
        second.append((piece, part))
        room -= cells(piece)
    second.append((" " * room, PLAIN))
    return [first, second]


def _one_line(e: Execution, look: Look, marks: Marks, now: datetime, zone: ZoneInfo) -> list[Piece]:
    bar, digit, mark = _gutter(look, marks)
    text_part = CALM if is_closed(e) or marks.gone else PLAIN
    state = _state_part(e)
    short = look.width < _WIDE_FROM
    narrow = look.width < _LONG_AGE_FROM
    age = age_of(e, now, zone, short=narrow)
    pieces = [bar, digit, mark, (" ", PLAIN), (sign_of(e.status, look), state), (" ", PLAIN)]
    columns = [(_word(e, marks, short=short), word_width(short=short), state)]
    if look.due:
        columns += [(due_of(e, now, zone), 9, CALM), (age, 7 if narrow else 8, _age_part(age))]
    pieces += [(_fit(text, width, look) + " ", part) for text, width, part in columns]
    room = look.width - 7 - sum(width + 1 for _text, width, _part in columns)
    tail: list[Piece] = []
    if look.points and look.width >= _PLACE_FROM:
        tail.append((" " + _fit(points_of(e).rjust(7), 7, look), CALM))
    if look.width >= _WIDE_FROM:
        tail.append((" " + _fit(clean((e.actor or "")[:_LONGEST]), 14, look), CALM))
    room -= sum(cells(text) for text, _part in tail)
    return pieces + _title_and_place(e, look, room, text_part, columns=look.width >= _PLACE_FROM) + tail


def _title_and_place(e: Execution, look: Look, room: int, part: str, *, columns: bool) -> list[Piece]:
    title, place = title_of(e), clean(e.place[:_LONGEST]).strip()
    if columns:
        wide = (room - 1) * 3 // 5
        return [(_fit(title, wide, look) + " ", part), (_fit(place, room - 1 - wide, look), CALM)]
    if not place or cells(title) > room - 6:
        return [(_fit(title, room, look), part)]
    dot = " - " if look.ascii else " · "
    return [(title, part), (_fit(dot + place, room - cells(title), look), CALM)]
