"""Where a task stands that is done, begun or kept here: in one sentence, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.action import Slot
from tui.ui.moments import clock_text, moment_text
from tui.ui.text import clean
from tui.workbench.entry import EntryState
from tui.workbench.journal import JournalError
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tui.model.execution import Key
    from tui.workbench.entry import Entry
    from tui.workbench.workbench import Workbench


def kept_here(bench: Workbench) -> str:
    """Of what was just put on disk: that it is on its way, or waits for the line."""
    return _kept()[_no_line(bench)]


def done_here(bench: Workbench) -> str:
    """Of a task finished or denied here: that the server is to accept it, or that it waits for the line."""
    return _done()[_no_line(bench)]


def by_line(bench: Workbench, words: str) -> str:
    """``words`` of :func:`kept_here` or :func:`done_here` as they are with the line of now; others as they are."""
    return next((pair[_no_line(bench)] for pair in (_kept(), _done()) if words in pair), words)


def _kept() -> tuple[str, str]:
    return _("kept here, on its way to the server"), _("kept here, waits for the line")


def _done() -> tuple[str, str]:
    return _("done here, waits for the server to accept it"), _("done here, waits for the line")


def _no_line(bench: Workbench) -> bool:
    return bench.link_state.state is LinkState.OFFLINE


def standing_beside(bench: Workbench, key: Key, zone: ZoneInfo) -> str:
    """What is kept here of a task that is not open: done and waiting, not accepted, or a draft; "" for nothing."""
    try:
        entries = bench.outbox.of(key)
    except JournalError:
        # The workbench's own notice tells that.
        return ""
    held = [entry for entry in entries if entry.state is EntryState.ATTENTION]
    if held:
        return _("NOT accepted: {why}", why=clean(say(held[-1].reason)) if held[-1].reason is not None else "")
    if entries:
        closing = [entry for entry in entries if entry.request.slot in (Slot.FINISH, Slot.DENY)]
        return _waiting(bench, (closing or entries)[-1], zone)
    draft = bench.drafts.load(key)
    if draft is None or not draft.fields or draft.touched is None:
        return ""
    return _("draft of {time} kept here", time=clock_text(draft.touched, zone, seconds=True))


def _waiting(bench: Workbench, entry: Entry, zone: ZoneInfo) -> str:
    time = moment_text(entry.created, bench.clock(), zone)
    done = {
        Slot.FINISH: _("Finished here {time}", time=time),
        Slot.DENY: _("Denied here {time}", time=time),
        Slot.SAVE: _("Saved here {time}", time=time),
    }.get(entry.request.slot, _("Kept here {time}", time=time))
    if entry.state is EntryState.PAUSED:
        waits = _("waits until somebody signs in (F9).")
    elif _no_line(bench):
        waits = _("waits for the line.")
    else:
        waits = _("waits for the server to accept it.")
    return f"{done}, {waits}"
