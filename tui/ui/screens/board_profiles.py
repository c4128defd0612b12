"""What a board of several profiles says about each of them: how its line stands, and what is counted of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tui.i18n import _, plural, say
from tui.ui.moments import clock_text, day_text, moment_text, span_text
from tui.ui.screens.pick import Option
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.board_lines import Canvas, Line
from tui.ui.widgets.execution_rows import BAD, CALM, LATE, MARK, PLAIN
from tui.workbench.combined import Member, Standing
from tui.workbench.freshness import STALE_AFTER, Freshness, silent_since

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tui.ui.screens.board_desk import BoardDesk
    from tui.workbench.figures import Strip

LONGEST_NAME = 16
SHORT_BELOW = 60
"""Columns below which a line that is as it should be says no more than that, so that what is late has room."""
LEAST = 12
"""Cells below which the beginning of a reason says nothing."""

_SIGNS = {
    Standing.LIVE: ("●", "*", PLAIN),
    Standing.PAUSED: ("‖", "=", PLAIN),
    Standing.STARTING: ("◌", ".", CALM),
    Standing.OFFLINE: ("✕", "x", LATE),
    Standing.STALE: ("✕", "x", LATE),
    Standing.DEAD: ("✕", "x", BAD),
    Standing.REFUSED: ("✕", "x", BAD),
    Standing.UNUSABLE: ("✕", "x", BAD),
}
"""Shape, letter and look; the words beside them say the same."""


def profile_rows(count: int, height: int) -> int:
    """Lines for so many profiles on a screen of that height."""
    return min(count, max(3, height // 6))


def place_words(desk: BoardDesk) -> str:
    """What the board shows: a site, all profiles, or one of them alone."""
    if not desk.source.several:
        return clean(desk.main.bench.desk.title)
    if desk.source.only:
        return _("Only {name}", name=clean(desk.source.shown[0].title))
    return _("All profiles")


def all_words(desk: BoardDesk) -> tuple[str, str]:
    """How many of the profiles are live, and the look of it."""
    shown = desk.source.shown
    if desk.source.paused:
        return _("PAUSED"), "reverse"
    standings = [one.standing() for one in shown]
    live = standings.count(Standing.LIVE)
    if live == len(shown):
        return plural("{n} profile live", "{n} profiles live", live), ""
    words = _("{n} of {all} live", n=live, all=len(shown))
    if all(standing.good for standing in standings):
        return words, ""
    return words, "reverse $warning" if live else "reverse $error"


def unsure_words(desk: BoardDesk) -> list[str]:
    """Which profiles the totals of several do not hold, or hold as they were last known."""
    dead = [one for one in desk.source.shown if desk.source.several and one.freshness() is Freshness.DEAD]
    known = [one for one in dead if one.bench is not None and one.bench.live.last_good is not None]
    missing = [clean(one.title) for one in dead if one not in known]
    words = [_("without {names} (no link)", names=", ".join(missing))] if missing else []
    if known:
        names = ", ".join(clean(one.title) for one in known)
        words.append(_("{names} as last known (no link)", names=names))
    return words


def profile_lines(desk: BoardDesk, canvas: Canvas, height: int) -> list[Line]:
    """A line for each profile, in the order of the config; where not all fit, those in trouble come first."""
    found = desk.profiles()
    width = min(LONGEST_NAME, max((cells(clean(member.title)) for member, _strip in found), default=0))
    if len(found) > height:
        found.sort(key=lambda pair: pair[0].standing().good)
    lines = [_line(desk, member, strip, canvas, width) for member, strip in found[:height]]
    rest = len(found) - height
    if rest > 0 and lines:
        lines[-1] = [(_(" … and {n} more (f)", n=rest + 1), CALM)]
    return lines


def _line(desk: BoardDesk, member: Member, strip: Strip | None, canvas: Canvas, width: int) -> Line:
    standing = member.standing()
    shape, letter, part = _SIGNS[standing]
    name = cut(clean(member.title), width)
    words = standing_words(member, desk.zone)
    if standing is Standing.LIVE and canvas.width < SHORT_BELOW:
        words = _("live")
    hidden = desk.source.only not in ("", member.name)
    counted = [(_("not shown"), CALM)] if hidden else _counted(strip, desk.server_counts.get(member.name))
    facts = [(words, part), *counted, *((why, part) for why in _why(member))]
    closed = "" if hidden or strip is None else _("{n} of {all} closed", n=strip.closed, all=strip.total)
    facts += [(more, CALM) for more in (_elsewhere(desk, member), closed, member.system) if more]
    sign = letter if canvas.ascii else shape
    line: Line = [(f" {sign} ", part), (name.ljust(width + len(name) - cells(name)), PLAIN)]
    room = canvas.width - width - 3
    for place, (text, look) in enumerate(facts):
        piece = ("  " if place == 0 else canvas.dot) + text
        if cells(piece) > room:
            if place == 0 or (look == part and room > LEAST):
                line.append((cut(piece, max(1, room)), look))
            break
        line.append((piece, look))
        room -= cells(piece)
    return line


def _counted(strip: Strip | None, server: int | None) -> list[tuple[str, str]]:
    """What is late, and what the server counts while that is another number."""
    if strip is None:
        return []
    facts = [(plural("{n} overdue", "{n} overdue", strip.overdue), LATE)] if strip.overdue else []
    unfinished = strip.total - strip.closed
    if server is not None and server != unfinished:
        facts.append((_("{n} unfinished, server {server}", n=unfinished, server=server), MARK))
    return facts


def _elsewhere(desk: BoardDesk, member: Member) -> str:
    """Which wall time a profile has, and which day it is there, where that is not as on the board."""
    wall = desk.source.wall_time(member.name)
    if wall is None or member.bench is None:
        return ""
    day = desk.source.period_of(member.bench).days(wall.own)[0]
    words = _("times of {zone}", zone=wall.own.key)
    same = day == desk.days.period.days(desk.zone)[0]
    return words if same else f"{words}, {day_text(day, None)}"


def standing_words(member: Member, zone: ZoneInfo) -> str:
    """How far a profile can be relied on, and since when it has been so."""
    bench, standing = member.bench, member.standing()
    if standing is Standing.UNUSABLE:
        return _("cannot be opened")
    if bench is None or standing is Standing.STARTING:
        return _("connecting")
    since = _since(silent_since(bench), bench.clock(), zone)
    if standing in (Standing.REFUSED, Standing.DEAD):
        return _("NOT LIVE since {time}", time=since)
    if standing is Standing.STALE:
        return _("STALE since {time}", time=since)
    if standing is Standing.OFFLINE:
        return _("no link since {time}", time=since)
    if standing is Standing.PAUSED:
        return _("paused")
    bound = timedelta(seconds=bench.live.refresh_seconds * STALE_AFTER + 1)
    return _("live, at most {span} old", span=span_text(bound))


def _why(member: Member) -> list[str]:
    """What is wrong with a profile, or missing in its list, in words."""
    if member.problem is not None:
        return [clean(say(member.problem))]
    error = member.bench.link_state.error if member.bench is not None else None
    if error is None or member.standing().good:
        notice = member.bench.live.now.notice if member.bench is not None else None
        return [clean(say(notice))] if notice is not None else []
    words = clean(say(error.what))
    return [_("F9 signs in: {why}", why=words)] if member.standing() is Standing.REFUSED else [words]


def _since(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_text(moment, zone, seconds=True) if today else moment_text(moment, now, zone)


def profile_options(desk: BoardDesk) -> list[Option]:
    """All profiles, or one of them, to pick from."""
    now = _("now")
    options = [Option("", _("All profiles"), "" if desk.source.only else now)]
    for member in desk.source.members:
        words = now if desk.source.only == member.name else standing_words(member, desk.zone)
        options.append(Option(member.name, member.title, words))
    return options
