"""What waits: every write that the server has not accepted yet, why, and what can be done about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui.i18n import _, say
from tui.ui.moments import span_text
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.text import clean
from tui.ui.workers import start
from tui.workbench.entry import OPEN_STATES, Entry, EntryState

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

RETRY, TAKE_BACK = "retry", "take back"


class OutboxDialog(PickDialog):
    """All entries that are not settled, oldest first; Enter says what can be done with one."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._entries = {entry.id: entry for entry in bench.outbox.entries(*OPEN_STATES)}
        options = [Option(entry.id, _name(entry), self._detail(entry)) for entry in self._entries.values()]
        if not options:
            options = [Option("", _("Nothing waits."), _("Everything is accepted by the server."))]
        super().__init__(_("Waiting items"), options)

    def _detail(self, entry: Entry) -> str:
        age = span_text(self._bench.clock() - entry.created)
        why = f" · {say(entry.reason)}" if entry.reason is not None else ""
        return f"{_state(entry)} · {age}{why}"

    def picked(self, value: str) -> None:
        """Ask what to do with this entry, in a dialog over this one."""
        entry = self._entries.get(value)
        if entry is None:
            self.close(None)
            return
        words = [say(entry.reason)] if entry.reason is not None else []
        words += [say(message) for said in entry.fields.values() for message in said]
        taken = entry.state is EntryState.SENDING
        options = [
            Option(RETRY, _("Send again"), _("ask the server once more")),
            Option(
                TAKE_BACK,
                _("Take back"),
                _("It is being sent now and cannot be taken back.")
                if taken
                else _("do not send it; answers stay as draft"),
                enabled=not taken,
            ),
        ]
        title = "\n".join([_name(entry), *map(clean, words)])
        app = self.app
        self.close(None)
        PickDialog(title, options).open(app, partial(self._decided, app, entry))

    def _decided(self, app: App[Any], entry: Entry, value: str | None) -> None:
        work = {RETRY: self._bench.outbox.retry, TAKE_BACK: self._bench.outbox.discard}.get(value or "")
        if work is None:
            return

        async def run() -> None:
            await work(entry.id)
            self._bench.sender.wake()

        start(app, run, group=f"entry {entry.id}", exclusive=False)


def _name(entry: Entry) -> str:
    words = {
        "save": _("Save"),
        "finish": _("Finish"),
        "deny": _("Deny"),
        "create": _("New"),
        "reset": _("Reset"),
        "status": _("Set status"),
    }
    what = words.get(entry.request.slot, entry.request.action)
    return f"{clean(entry.request.title) or entry.request.key_id}: {what}"


def _state(entry: Entry) -> str:
    return {
        EntryState.WAITING: _("waits"),
        EntryState.SENDING: _("being sent"),
        EntryState.PAUSED: _("held: the token is not accepted"),
        EntryState.ATTENTION: _("not accepted"),
    }.get(entry.state, "")
