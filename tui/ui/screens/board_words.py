"""What the board says in sentences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.model.message import Message
from tui.ui.moments import clock_text, data_age, span_text
from tui.ui.screens.board_desk import noted_words
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.board_lines import strip_words
from tui.workbench.figures import Grouping
from tui.workbench.freshness import STALE_AFTER, Freshness

if TYPE_CHECKING:
    from tui.ui.screens.board import BoardScreen
    from tui.workbench.board import Board

_BY = {
    Grouping.ASSIGNMENT: Message("By assignment"),
    Grouping.DEPARTMENT: Message("By department"),
    Grouping.TEMPLATE: Message("By kind of task"),
}


def strips_title(board: Board) -> str:
    """What a strip stands for."""
    return say(_BY[board.by])


def head_line(board: BoardScreen, fresh: Freshness, now: datetime) -> Content:
    """Where and which days; on the right, always in the same place, how old the data is and what is switched."""
    desk, width = board.desk, max(10, board.app.size.width - 2)
    state, style = _age_words(board, fresh, now)
    right: list[tuple[str, str]] = [(state, style)]
    held = board.list.held
    if held:
        right.insert(0, (plural("{n} change held", "{n} changes held", held), ""))
    if desk.muted:
        right.insert(0, (_("bell off"), ""))
    used = sum(cells(text) for text, _style in right) + 2 * (len(right) - 1)
    where = clean(desk.bench.desk.title)
    period = desk.main.days.words()
    left = next(
        (text for text in (f"{where} · {period}", period) if cells(text) + 2 + used <= width),
        cut(period, max(4, width - used - 2)),
    )
    gap = " " * max(1, width - cells(left) - used)
    parts: list[tuple[str, str]] = [(left, ""), (gap, "")]
    for place, part in enumerate(right):
        parts += [("  ", ""), part] if place else [part]
    return Content.assemble(*parts)


def _age_words(board: BoardScreen, fresh: Freshness, now: datetime) -> tuple[str, str]:
    live = board.desk.bench.live
    last = live.last_good or live.now.as_of
    zone = board.desk.main.zone
    if last is None:
        return _("reading …"), ""
    if live.paused:
        return _("PAUSED, data {age}", age=data_age(last, now)), "reverse"
    if fresh is Freshness.DEAD:
        return _("NOT LIVE since {time}", time=clock_text(last, zone, seconds=True)), "reverse $error"
    if fresh is Freshness.STALE:
        return _("STALE, data {age}", age=data_age(last, now)), "reverse $warning"
    # A bound instead of an age: a board that nobody touches says nothing new, and costs next to nothing.
    bound = span_text(timedelta(seconds=live.refresh_seconds * STALE_AFTER + 1))
    return _("live, at most {span} old", span=bound), ""


def banner_line(words: str, width: int) -> Content:
    """The newest bad news."""
    return Content(" " + cut(words, max(1, width - 2))) if words else Content("")


def empty_words(board: BoardScreen) -> list[str]:
    """Nothing overdue is not the same as nothing known."""
    live, zone = board.desk.bench.live, board.desk.main.zone
    if board.shelved:
        key = board.desk.main.keymap.label("shelved")
        return [_("Nothing is shelved."), _("{key} shows what is overdue.", key=key)]
    if live.now.as_of is None:
        return [_("Reading {period} …", period=board.desk.main.days.words())]
    asked = clock_text(live.last_good or live.now.as_of, zone, seconds=True)
    period = board.desk.main.days.words()
    return [_("Nothing is overdue ({period}, asked {time}).", period=period, time=asked)]


def foot_words(board: BoardScreen) -> str:
    """What is under the cursor."""
    zone = board.desk.main.zone
    if board.focused is board.strips:
        strip, figures = board.strip, board.figures
        return strip_words(strip, figures, zone) if strip is not None and figures is not None else ""
    key = board.list.selected_key
    item = board.listed.get(key) if key is not None else None
    if item is None:
        return ""
    parts = [f"#{clean(item.row.key.id)}", noted_words(item, board.clock)]
    if item.mark is None and item.row.actor:
        parts.append(_("last: {who}", who=clean(item.row.actor)))
    return " · ".join(part for part in parts if part)
