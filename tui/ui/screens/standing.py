"""Where a task stands that is done, begun or kept here: in one sentence, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _, plural
from tui.model.action import Slot
from tui.ui.moments import clock_text, moment_text
from tui.ui.screens.leftovers import left_over
from tui.ui.screens.outgoing import Outgoing
from tui.workbench.entry import EntryState
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tui.model.execution import Key
    from tui.workbench.entry import Entry
    from tui.workbench.workbench import Workbench


def kept_here(bench: Workbench) -> str:
    """Of what was just put on disk: that it is on its way, or waits for the line."""
    return _kept()[_no_line(bench)]


def by_line(bench: Workbench, words: str) -> str:
    """``words`` of :func:`kept_here` or :func:`standing_beside` as they are with the line of now; others as they
    are."""
    if words in _kept():
        return kept_here(bench)
    ending = next((waits for waits in _waits() if words.endswith(waits)), "")
    if not ending or (_no_line(bench) and ending == _waits()[SIGN_IN]):
        return words  # of a token nobody hears without a line
    return words.removesuffix(ending) + _waits()[_place(bench)]


def _kept() -> tuple[str, str]:
    return _("kept here, on its way to the server"), _("kept here, waits for the line")


SERVER, LINE, SIGN_IN = range(3)
"""What something waits for: its place in :func:`_waits`."""


def _waits() -> tuple[str, str, str]:
    return (
        _("waits for the server to accept it."),
        _("waits for the line."),
        _("waits until somebody signs in (F9)."),
    )


def _place(bench: Workbench) -> int:
    return {LinkState.OFFLINE: LINE, LinkState.REFUSED: SIGN_IN}.get(bench.link_state.state, SERVER)


def _no_line(bench: Workbench) -> bool:
    return _place(bench) == LINE


def standing_beside(
    bench: Workbench, key: Key, zone: ZoneInfo, *, closed: bool | None = None, discards: str = ""
) -> str:
    """What of a task is kept here, beside the list and in the head of its form: not accepted, done and waiting,
    answers that cannot be sent any more, or a draft; "" for nothing.

    ``closed``: as for :func:`left_over`. ``discards``: the key that throws away what is left.
    """
    outgoing = Outgoing(bench, key)
    if words := outgoing.standing():
        return words
    if outgoing.waiting is not None:
        return _waiting(bench, outgoing.waiting, zone)
    if left := len(left_over(bench, key, closed=closed)):
        return not_sent(left, discards)
    draft = bench.drafts.load(key)
    if draft is None or not draft.fields or draft.touched is None:
        return ""
    return _("draft of {time} kept here", time=clock_text(draft.touched, zone, seconds=True))


def not_sent(count: int, discards: str = "") -> str:
    """That so many answers were not sent; ``discards``: the key that throws them away, where they cannot be."""
    if not discards:
        return plural("{n} answer not sent", "{n} answers not sent", count)
    return plural(
        "{n} answer not sent: {key} discards", "{n} answers not sent: {key} discards", count, key=discards
    )


def _waiting(bench: Workbench, entry: Entry, zone: ZoneInfo) -> str:
    time = moment_text(entry.created, bench.clock(), zone)
    done = {
        Slot.FINISH: _("Finished here {time}", time=time),
        Slot.DENY: _("Denied here {time}", time=time),
        Slot.SAVE: _("Saved here {time}", time=time),
    }.get(entry.request.slot, _("Kept here {time}", time=time))
    waits = _waits()[SIGN_IN if entry.state is EntryState.PAUSED else _place(bench)]
    return f"{done}, {waits}"
