"""What the board says in sentences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.model.execution import Group
from tui.model.message import Message
from tui.ui.moments import clock_text, data_age, moment_text, span_text
from tui.ui.screens.board_desk import noted_words
from tui.ui.screens.board_profiles import all_words, place_words
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.board_lines import strip_words
from tui.ui.widgets.execution_rows import title_of
from tui.workbench.figures import Grouping
from tui.workbench.freshness import STALE_AFTER, Freshness, silent_since

if TYPE_CHECKING:
    from tui.ui.screens.board_desk import BoardDesk
    from tui.ui.screens.board_sight import Sight
    from tui.workbench.board import Board

_BY = {
    Grouping.ASSIGNMENT: Message("By assignment"),
    Grouping.DEPARTMENT: Message("By department"),
    Grouping.TEMPLATE: Message("By kind of task"),
    Grouping.PROFILE: Message("By profile"),
}


def strips_title(board: Board) -> str:
    """What a strip stands for."""
    return say(_BY[board.by])


def head_line(board: Sight, now: datetime) -> Content:
    """Where and which days; on the right, always in the same place, how old the data is and what is switched."""
    desk, width = board.desk, max(10, board.app.size.width - 2)
    state, style = all_words(desk) if desk.source.several else _age_words(board, now)
    right: list[tuple[str, str]] = [(state, style)]
    held = board.list.held
    if held:
        right.insert(0, (plural("{n} change held", "{n} changes held", held), ""))
    waiting = desk.waiting()
    if waiting:
        right.insert(0, (plural("{n} waiting", "{n} waiting", waiting), "$warning"))
    if desk.muted:
        right.insert(0, (_("bell off"), ""))
    used = sum(cells(text) for text, _style in right) + 2 * (len(right) - 1)
    where = place_words(desk)
    period = desk.days.words()
    # Where that has no room either, the date says more than "today": a board may be old.
    wanted = (f"{where} · {period}", period, desk.days.words(named=False))
    left = next(
        (text for text in wanted if cells(text) + 2 + used <= width), cut(wanted[-1], max(4, width - used - 2))
    )
    gap = " " * max(1, width - cells(left) - used)
    parts: list[tuple[str, str]] = [(left, ""), (gap, "")]
    for place, part in enumerate(right):
        parts += [("  ", ""), part] if place else [part]
    return Content.assemble(*parts)


def _age_words(board: Sight, now: datetime) -> tuple[str, str]:
    bench, fresh = board.desk.main.bench, board.desk.source.freshness()
    live, zone = bench.live, board.desk.zone
    last = live.last_good
    if last is None and bench.link_state.error is None:
        return _("reading …"), ""
    if live.paused and last is not None:
        # Nobody asks: the age is all that is known, so it is told to the second.
        age = _("{span} old", span=span_text(max(now - last, timedelta(0))))
        return _("PAUSED, data {age}", age=age), "reverse"
    if last is None or fresh is Freshness.DEAD:
        since = silent_since(bench)
        return _("NOT LIVE since {time}", time=clock_text(since, zone, seconds=True)), "reverse $error"
    if fresh is Freshness.STALE:
        return _("STALE, data {age}", age=data_age(last, now)), "reverse $warning"
    # A bound instead of an age: a board that nobody touches says nothing new, and costs next to nothing.
    bound = span_text(timedelta(seconds=live.refresh_seconds * STALE_AFTER + 1))
    return _("live, at most {span} old", span=bound), ""


def banner_line(words: str, width: int) -> Content:
    """The newest bad news."""
    return Content(" " + cut(words, max(1, width - 2))) if words else Content("")


def empty_words(board: Sight) -> list[str]:
    """Nothing overdue is not the same as nothing known."""
    source, zone = board.desk.source, board.desk.zone
    if board.shelved:
        key = board.desk.main.keymap.label("shelved")
        return [_("Nothing is shelved."), _("{key} shows what is overdue.", key=key)]
    period = board.desk.days.words()
    if not board.desk.board.ready:
        return [_("Reading {period} …", period=period)]
    if source.answered is None:
        silent = [one for one in source.shown if one.bench is None or one.bench.live.last_good is None]
        failed = any(one.bench is not None and one.bench.link_state.error is not None for one in silent)
        if len(silent) == len(source.shown) and not failed:
            return [_("Reading {period} …", period=period)]
        known = _("Nothing is overdue as far as known ({period}).", period=period)
        return [known, _("Nothing was heard of: {names}.", names=clean(", ".join(one.title for one in silent)))]
    asked = clock_text(source.answered, zone, seconds=True)
    return [_("Nothing is overdue ({period}, asked {time}).", period=period, time=asked)]


def section_names(board: Sight) -> dict[Group, str]:
    """What the list calls its groups: the shelved tasks are late too, but they are listed for another reason."""
    if board.shelved:
        return {Group.OVERDUE: _("Shelved"), Group.DUE: _("Shelved, needs somebody")}
    return {Group.DUE: _("Needs somebody")}


def foot_words(board: Sight) -> str:
    """What is under the cursor."""
    zone = board.desk.zone
    if board.focused is board.strips:
        strip, figures = board.strip, board.figures
        return (
            strip_words(board.desk.titled(strip), figures, zone)
            if strip is not None and figures is not None
            else ""
        )
    key = board.list.selected_key
    item = board.listed.get(key) if key is not None else None
    if item is None:
        return ""
    source, profile = board.desk.source, item.row.key.profile
    # Not its ID: what the row wears is known to people, and the rest is the server's own affair.
    name = clean(board.desk.titles().get(profile, profile)) if source.several else ""
    title = title_of(item.row)
    if item.mark is not None:
        return " · ".join(part for part in (title, name, noted_words(item, board.clock)) if part)
    parts = [title, clean(item.row.place), name]
    if item.row.due is not None:
        moment = moment_text(item.row.due, board.desk.clock(), board.desk.zones().get(profile, zone))
        parts.append(_("due {moment}", moment=moment))
    if item.row.actor:
        parts.append(_("last: {who}", who=clean(item.row.actor)))
    return " · ".join(part for part in parts if part)


def help_words(desk: BoardDesk) -> list[str]:
    """What the numbers of the board mean, and what does not explain itself."""
    words = [
        _(
            "Overdue is whatever was due before now and is not finished, begun or not. “Started, late” (◑!) is a"
            " state: begun, and not finished in time. So a task can be overdue and “Open”: nobody has begun it."
        ),
    ]
    if desk.server_counts:
        words.append(
            _(
                "“Unfinished” is counted here: of the days shown, and what is carried over from before."
                " The server's number is its own, for whoever is signed in and by its own rules. It is asked"
                " without days: it may hold other days, and grow when tomorrow or a shift report is looked at;"
                " and it may leave out places and tasks that the board shows. Both can be right."
            )
        )
    if desk.source.several:
        words.append(
            _(
                "What is done to a row is done in its own profile; of rows of several profiles one profile comes"
                " after the other. The shift report is that of the profile under the cursor."
            )
        )
    if desk.zones():
        words.append(
            _("Each profile has its own day and hours; ▾ is the present hour in {zone}.", zone=desk.zone.key)
        )
    return [*words, _("Acknowledged and shelved are notes of this device: no server knows of them.")]
