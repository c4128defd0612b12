"""The text of one row: which columns at which width, and what stands in them. Pure: no Textual.

On 60 columns and more a row is one line of columns, the usual ones or those of the config, as many as fit.
Below, it takes two: the title comes first, because it is what a tired person looks for and what a narrow column
would cut; under it stand state, age and moment, and the place where it does not fit beside the title. A row is a
list of pieces ``(text, part)``; ``part`` names the look and never the colour.
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
from tui.ui.widgets.block_rows import SIGNS
from tui.ui.widgets.list_lines import Name
from tui.ui.widgets.list_order import is_closed
from tui.ui.widgets.list_view import Column

PLAIN, CALM, LATE, BAD, MARK, CURSOR = "plain", "calm", "late", "bad", "mark", "cursor"
Piece = tuple[str, str]

# Screens of 60, 80, 100 and 120 columns, less one for the scroll bar and one for a border.
TWO_LINES_BELOW, _LONG_AGE_FROM, _PLACE_FROM, _WIDE_FROM = 58, 78, 98, 118
_DEEPEST = 4  # steps of the tree that are drawn
_LONGEST = 512  # characters of a server's text that a row looks at

_WIDTHS = {Column.DUE: 9, Column.PROGRESS: 7, Column.POINTS: 7, Column.WHO: 14, Column.TOUCHED: 9, Column.ID: 8}
_LEAST_TITLE, _LEAST_PLACE = 14, 10
_HAS_A_PLACE = frozenset({Column.STATE, Column.DUE, Column.AGE, Column.PROGRESS, Column.TITLE, Column.PLACE})
_RIGHT = (Column.PROGRESS, Column.POINTS)
"""What stands on the two lines of a narrow row in any case."""

WAITS, UNSENT, NOTED, UNSEEN = ("↑", "^"), ("✎", "+"), ("✓", "v"), ("•", "*")
"""The marks of a row and what stands for them in ASCII."""

_AT_WORK = Status("", Phase.ACTIVE)
_STATES = [Status("", phase, late) for phase in Phase if phase is not Phase.UNKNOWN for late in (False, True)]
BAD_PHASES = (Phase.DENIED, Phase.FAILED, Phase.BROKEN, Phase.MISSED, Phase.UNKNOWN)
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
    columns: tuple[Column, ...] = ()
    """What the person wants to see, in this order; empty: what is usual at this width."""
    progress: bool = False
    cancels: bool = False
    """Whether rows may be cancelled: their word is the longest, and takes room from the others."""
    profile: int = 0
    """Cells for the title of the profile that a row belongs to, where there are several."""
    titles: tuple[tuple[str, str], ...] = ()
    """What these profiles are called."""

    @property
    def height(self) -> int:
        """Lines that a row takes."""
        return 2 if self.width < TWO_LINES_BELOW else 1


class Marks(NamedTuple):
    """What the list knows about a row beside its data. ``digit``: the key that leads to it, or "".
    ``depth``: how many parents stand above it. ``busy``: the sign that the server is at work on it, or "".
    ``gone``: it leaves this list; ``lost``: because the server has it no more. ``waits``: done here, to be sent.
    """

    selected: bool = False
    digit: str = ""
    unsent: bool = False
    unseen: bool = False
    gone: bool = False
    chosen: bool = False
    depth: int = 0
    noted: bool = False
    busy: str = ""
    lost: bool = False
    waits: bool = False


def group_name(name: Name) -> str:
    """The heading of a section."""
    return say(_NAMES[name]) if isinstance(name, Group) else clean(name[:_LONGEST])


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
    return _when(execution.due, now, zone)


def _when(moment: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone)
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


def progress_of(execution: Execution) -> str:
    """``3/8``: steps done of all; nothing where it has none."""
    return "{}/{}".format(*execution.progress) if execution.progress is not None else ""


def worn_by(execution: Execution, look: Look) -> str:
    """The few words that a row wears, each behind a dot; what a person said of it first, with its sign."""
    dot = " - " if look.ascii else " · "
    said = execution.verdict
    sign = SIGNS[said.tone][look.ascii] if said is not None and said.tone in SIGNS else ""
    words = execution.marks if said is None else (said.text, *execution.marks)
    return "".join(dot + (sign if at == 0 else "") + clean(say(one)[:_LONGEST]) for at, one in enumerate(words))


def sign_of(status: Status, look: Look) -> str:
    """Shape or code letter, always two cells."""
    return f"{status.code if look.ascii else status.shape:<2}"[:2]


def word_of(status: Status) -> str:
    """The state in words, the same at every width; an unknown one as the server wrote it."""
    return clean(say(status.word))


@lru_cache(maxsize=8)
def _word_width(late: bool, cancels: bool, _language: str) -> int:
    """The cells of the longest known word; without ``late`` or ``cancels`` those of other states."""
    states = [one for one in _STATES if cancels or one.phase is not Phase.CANCELLED]
    return max(cells(say(one.word)) for one in states if late or not one.late)


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
    if status.phase in BAD_PHASES:
        return BAD
    if status.late and not is_closed(execution):
        return LATE
    return CALM if is_closed(execution) else PLAIN


def _age_part(age: str) -> str:
    return LATE if age.startswith("+") else CALM


def _gutter(look: Look, marks: Marks) -> tuple[Piece, Piece, Piece]:
    bar = (">" if look.ascii else "▌") if marks.selected else " "
    mine = (marks.waits, WAITS), (marks.unsent, UNSENT), (marks.noted, NOTED), (marks.unseen, UNSEEN)
    mark = marks.busy or next((signs[look.ascii] for worn, signs in mine if worn), " ")
    digit: Piece = (marks.digit or " ", CALM)
    if marks.chosen:
        digit = ("x" if look.ascii else "■", MARK)
    return (bar, CURSOR), digit, (mark, MARK)


def _branch(look: Look, depth: int) -> str:
    """What stands before the title of a child."""
    if not depth:
        return ""
    return "  " * (min(depth, _DEEPEST) - 1) + ("`-" if look.ascii else "└ ")


def _fit(text: str, width: int, look: Look) -> str:
    short = cut(text, width, mark="~" if look.ascii else "…")
    return short + " " * (width - cells(short))


def _profile(e: Execution, look: Look) -> str:
    name = e.key.profile
    return clean(dict(look.titles).get(name, name)[:_LONGEST])


def _word(execution: Execution, marks: Marks) -> str:
    if marks.busy:
        return word_of(_AT_WORK)
    return _("Gone") if marks.lost else word_of(execution.status)


def _two_lines(e: Execution, look: Look, marks: Marks, now: datetime, zone: ZoneInfo) -> list[list[Piece]]:
    bar, digit, mark = _gutter(look, marks)
    text_part = CALM if is_closed(e) or marks.gone else PLAIN
    state = _state_part(e)
    dot = " - " if look.ascii else " · "
    title, place = title_of(e), clean(e.place[:_LONGEST]).strip()
    room = look.width - 6
    beside = bool(place) and cells(title) + len(dot) + cells(place) <= room
    branch = _branch(look, marks.depth)
    room -= len(branch)
    first = [bar, (sign_of(e.status, look), state), (" " + branch, CALM)]
    if beside:
        first += [(title, text_part), (_fit(dot + place, room - cells(title), look), CALM)]
    else:
        first.append((_fit(title, room, look), text_part))
    first += [(" ", PLAIN), mark]
    age = age_of(e, now, zone)
    due = "" if is_closed(e) and age else due_of(e, now, zone)
    facts = [(f" {age}" if age.startswith("+") else dot + age, _age_part(age))] if age else []
    more = [_plain_cell(e, column, now, zone) for column in look.columns if column not in _HAS_A_PLACE]
    facts += [(dot + text, CALM) for text in (due, progress_of(e)) if text]
    facts.append((worn_by(e, look), CALM))
    facts += [(dot + text, CALM) for text in ("" if beside else place, *more) if text]
    second: list[Piece] = [bar, digit, ("  ", PLAIN)]
    room = look.width - 5  # the last cell stays free: a scroll bar stands beside it
    if look.profile:
        facts.insert(bool(age), (dot + _profile(e, look), CALM))
    for text, part in [(_word(e, marks), state), *facts]:
        if text == dot + due and cells(text) > room:
            continue  # half a moment says nothing
        piece = cut(text, room, mark="~" if look.ascii else "…")
        second.append((piece, part))
        room -= cells(piece)
        if piece != text:
            break  # one mark says that there is more
    second.append((" " * (room + 1), PLAIN))
    return [first, second]


def _one_line(e: Execution, look: Look, marks: Marks, now: datetime, zone: ZoneInfo) -> list[Piece]:
    bar, digit, mark = _gutter(look, marks)
    text_part = CALM if is_closed(e) or marks.gone else PLAIN
    state = _state_part(e)
    before, after, apart = columns_of(look)
    pieces = [bar, digit, mark, (" ", PLAIN), (sign_of(e.status, look), state), (" ", PLAIN)]
    tail: list[Piece] = []
    for column in before:
        text, part = _cell(e, column, look, marks, now, zone)
        pieces.append((_aligned(text, column, look) + " ", part))
    for column in after:
        text, part = _cell(e, column, look, marks, now, zone)
        tail.append((" " + _aligned(text, column, look), part))
    room = look.width - 7 - sum(width_of(column, look) + 1 for column in (*before, *after))
    if look.profile:
        pieces.append((_fit(_profile(e, look), look.profile, look) + " ", CALM))
        room -= look.profile + 1
    return pieces + _title_and_place(e, look, marks, room, text_part, columns=apart) + tail


def _aligned(text: str, column: Column, look: Look) -> str:
    width = width_of(column, look)
    return _fit(text.rjust(width) if column in _RIGHT else text, width, look)


def _cell(
    e: Execution, column: Column, look: Look, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[str, str]:
    """What a column says about a row, and its look."""
    if column is Column.STATE:
        return _word(e, marks), _state_part(e)
    if column is Column.AGE:
        age = age_of(e, now, zone, short=look.width < _LONG_AGE_FROM)
        return age, _age_part(age)
    return _plain_cell(e, column, now, zone), CALM


def _plain_cell(e: Execution, column: Column, now: datetime, zone: ZoneInfo) -> str:
    if column is Column.DUE:
        return due_of(e, now, zone)
    if column is Column.PROGRESS:
        return progress_of(e)
    if column is Column.POINTS:
        return points_of(e)
    if column is Column.WHO:
        return clean((e.actor or "")[:_LONGEST])
    if column is Column.TOUCHED:
        return _when(e.touched, now, zone)
    return clean(e.key.id) if column is Column.ID else ""


@lru_cache(maxsize=64)
def columns_of(look: Look) -> tuple[tuple[Column, ...], tuple[Column, ...], bool]:
    """The columns before the title, those behind it, and whether the place has a column of its own.

    Of the chosen ones as many as leave the title its room: what was named last gives way first.
    """
    if not look.columns:
        before = (Column.STATE, *((Column.DUE, Column.AGE) if look.due else ()))
        before += (Column.PROGRESS,) if look.progress else ()
        after = (Column.POINTS,) if look.points and look.width >= _PLACE_FROM else ()
        return before, (*after, Column.WHO) if look.width >= _WIDE_FROM else after, look.width >= _PLACE_FROM
    lacking = {Column.DUE: not look.due, Column.AGE: not look.due, Column.POINTS: not look.points}
    lacking[Column.PROGRESS] = not look.progress
    wanted = [column for column in look.columns if not lacking.get(column)]
    place = Column.PLACE in wanted
    room = look.width - 7 - (_LEAST_TITLE + (_LEAST_PLACE if place else 0))
    fitting: list[Column] = []
    for column in wanted:
        if column in (Column.TITLE, Column.PLACE):
            fitting.append(column)
        elif width_of(column, look) + 1 <= room:
            fitting.append(column)
            room -= width_of(column, look) + 1
    at = fitting.index(Column.TITLE) if Column.TITLE in fitting else len(fitting)
    split = [column for column in fitting if column not in (Column.TITLE, Column.PLACE)]
    count = sum(1 for column in fitting[:at] if column in split)
    return tuple(split[:count]), tuple(split[count:]), place and look.width >= _LONG_AGE_FROM


def width_of(column: Column, look: Look) -> int:
    """Cells of a column, without the space beside it."""
    if column is Column.STATE:
        return _word_width(look.due, look.cancels, language())
    if column is Column.AGE:
        return 7 if look.width < _LONG_AGE_FROM else 8
    return _WIDTHS.get(column, 0)


def _title_and_place(
    e: Execution, look: Look, marks: Marks, room: int, part: str, *, columns: bool
) -> list[Piece]:
    branch = _branch(look, marks.depth)
    title, place = branch + title_of(e), clean(e.place[:_LONGEST]).strip()
    if look.columns and Column.PLACE not in look.columns:
        place = ""
    worn = worn_by(e, look)
    if columns:
        wide = (room - 1) * 3 // 5
        beside = _fit(place, room - 1 - wide, look)
        return [*_titled(title, worn, wide, look, part), (" ", part), (beside, CALM)]
    dot = " - " if look.ascii else " · "
    return _titled(title, worn, room, look, part, rest=dot + place if place else "")


def _titled(title: str, worn: str, room: int, look: Look, part: str, *, rest: str = "") -> list[Piece]:
    """The title, what the row wears, and ``rest`` where there is room for it; the words keep half at most."""
    words = min(cells(worn), room // 2)
    if cells(title) > room - words - (6 if rest else 0):
        named = (_fit(title, room - words, look), part)
        return [named, (_fit(worn, words, look), CALM)] if words else [named]
    return [(title, part), (_fit(worn + rest, room - cells(title), look), CALM)]
