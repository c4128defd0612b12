"""What waits: every write that the server has not accepted yet, why, and what can be done about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.action import SLOT_WORDS
from tui.model.execution import Key
from tui.model.message import Message
from tui.ui.moments import span_text
from tui.ui.screens.leftovers import DISCARD, ask_to_discard, left_over, title_of
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.text import clean
from tui.workbench.conflicts import is_conflict
from tui.workbench.entry import OPEN_STATES, Entry, EntryState
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew

RETRY, EDIT, EXPORT, TAKE_BACK, KEEP = "retry", "edit", "export", "take back", "keep"
_BETWEEN = re.compile(r"\n|[;:]\s|(?<=[.!?])\s(?=[A-ZÄÖÜ(„“\"])")
"""Where a sentence of a server ends, or the name before one. Not after "No." in "No. 5"."""


class OutboxDialog(PickDialog):
    """All entries that are not settled, oldest first, then drafts; Enter says what can be done with one."""

    EVERY_SECONDS = 1.0
    """Between two looks: states change and ages grow while somebody reads."""

    def __init__(self, screen: Crew, at: str = "") -> None:
        """``at``: the row that the cursor stands on, by its value, if it is still there."""
        self._main = screen
        super().__init__(_("Waiting items"), self._found())
        self.cursor = next((place for place, option in enumerate(self.options) if option.value == at), 0)

    def on_mount(self) -> None:
        """From now on it follows what is sent."""
        self.set_interval(self.EVERY_SECONDS, self.look)

    def look(self) -> None:
        """Take over what became different."""
        options = self._found()
        if options != self.options:
            self.renew(options)

    def _found(self) -> list[Option]:
        screen = self._main
        try:
            entries = screen.bench.outbox.entries(*OPEN_STATES)
        except JournalError:
            entries = []  # told by the workbench's own notice
        self._entries = {entry.id: entry for entry in entries}
        options = [Option(entry.id, name_of(entry), self._detail(entry)) for entry in entries]
        drafts = sorted(screen.bench.drafts.keys() - {entry.key for entry in entries})
        # By the task and not by the place: a draft above it may go while somebody looks.
        self._drafts = {f"draft {key.profile}/{key.system}/{key.id}": key for key in drafts}
        options += [self._draft(value, key) for value, key in self._drafts.items()]
        if not options:
            options = [Option("", _("Nothing waits."), _("Everything is accepted by the server."))]
        return options

    def _draft(self, value: str, key: Key) -> Option:
        bench = self._main.bench
        detail = _("cannot be sent any more") if left_over(bench, key) else _("only on this device")
        return Option(value, f"{title_of(bench, key)}: {_('Draft')}", detail)

    def _detail(self, entry: Entry) -> str:
        age = span_text(self._main.bench.clock() - entry.created)
        why = f" · {say(entry.reason)}" if entry.reason is not None else ""
        return f"{_state(entry)} · {age}{why}"

    def picked(self, value: str) -> None:
        """Ask what to do with this entry, in a dialog over this one."""
        entry = self._entries.get(value)
        self.close(None)
        if value in self._drafts:
            _ask_about_draft(self._main, self._drafts[value], value)
        elif entry is not None:
            _ask_about(self._main, entry, "\n".join([f"{name_of(entry)} · {self._detail(entry)}", *_words(entry)]))


def _ask_about(screen: Crew, entry: Entry, title: str) -> None:
    def decided(value: str | None) -> None:
        if value is None:
            OutboxDialog(screen, at=entry.id).open(screen.app)
        else:
            _decided(screen, entry, value, back=lambda: _ask_about(screen, entry, title))

    PickDialog(title, _options(entry)).open(screen.app, decided)


def _options(entry: Entry) -> list[Option]:
    sending = entry.state is EntryState.SENDING
    back = _("It is being sent now and cannot be taken back.") if sending else _("do not send it")
    edit, editable = _("open the task with what was entered"), bool(entry.key.id) or _may_be_asked_again(entry)
    if not entry.key.id:
        edit = _("the questions again, with what was entered")
        if entry.unsure:
            edit = _("only if the server has not made it: look first")
    ways = [
        Option(RETRY, _("Send again"), _("ask the server once more")),
        Option(EDIT, _("Edit"), edit, enabled=editable),
    ]
    if _to_be_decided(entry):
        ways.reverse()
    return [
        *ways,
        Option(EXPORT, _("Export"), _("write it to a file")),
        Option(TAKE_BACK, _("Take back"), back, enabled=not sending),
    ]


def _to_be_decided(entry: Entry) -> bool:
    """Whether somebody has to look at the task: sent again as it is, it is only refused once more."""
    if entry.state is not EntryState.ATTENTION or not entry.key.id:
        return False
    return entry.unsure or any(is_conflict(message) for said in entry.fields.values() for message in said)


def _may_be_asked_again(entry: Entry) -> bool:
    """Whether it is a new task whose answers can be put right. Where nobody knows whether the server has made it,
    a person decides, as with sending it again."""
    return entry.state is not EntryState.SENDING and entry.legible


def _decided(screen: Crew, entry: Entry, value: str, back: Callable[[], None]) -> None:
    if value == RETRY:
        _change(screen, entry, retry=True)
    elif value == EDIT:
        _edit(screen, entry)
    elif value == EXPORT:
        _export(screen, entry)
    elif value == TAKE_BACK:
        rest = _("do not send it; answers stay as draft")
        if not entry.key.id:
            rest = _("do not send it; what was typed stays in the history")
        options = [
            Option(KEEP, _("Leave it"), _("nothing changes")),
            Option(TAKE_BACK, _("Take back"), rest),
        ]

        def sure(answer: str | None) -> None:
            if answer is None:
                back()
            elif answer == TAKE_BACK:
                _change(screen, entry, retry=False)

        PickDialog(name_of(entry), options).open(screen.app, sure)


def _change(screen: Crew, entry: Entry, *, retry: bool) -> None:
    bench = screen.bench

    async def run() -> None:
        try:
            await (bench.outbox.retry if retry else bench.outbox.discard)(entry.id)
        except JournalError as error:
            screen.announce(error.message, bad=True)
            return
        bench.sender.wake()

    screen.writes.begin(screen.app, run)


def _ask_about_draft(screen: Crew, key: Key, row: str) -> None:
    left = bool(left_over(screen.bench, key))
    gone = _("throw away what cannot be sent any more") if left else _("F10 in the task sends it.")
    options = [
        Option(EDIT, _("Open task"), _("open the task with what was entered")),
        Option(DISCARD, _("Discard"), gone, enabled=left),
    ]

    def decided(value: str | None) -> None:
        if value == EDIT:
            _open(screen, key)
        elif value == DISCARD:
            ask_to_discard(screen, key)
        else:
            OutboxDialog(screen, at=row).open(screen.app)

    PickDialog(f"{title_of(screen.bench, key)}: {_('Draft')}", options).open(screen.app, decided)


def _edit(screen: Crew, entry: Entry) -> None:
    """Open the task as it was when the entry was made; what was typed since is newer and stays."""
    if not entry.key.id:
        screen.acts.dialogs.create(again=entry)
        return
    drafts, key = screen.bench.drafts, entry.key
    draft = drafts.load(key)
    for name, edit in entry.edits.items():
        if draft is None or name not in draft.fields:
            drafts.put(key, name, edit)
    _open(screen, key)


def _open(screen: Crew, key: Key) -> None:
    """With the cursor of the list on it, where the list has it: both halves of the screen are about one task."""
    screen.opener.open(key)
    if screen.detail.key == key:
        screen.list.select(key)
    else:
        screen.announce(
            _("This task is not in the list of these days. Choose its day first, then open it."), bad=True
        )


def _export(screen: Crew, entry: Entry) -> None:
    from tui.ui.screens.dialog import TextDialog
    from tui.ui.screens.export import export

    bench = screen.bench
    record = bench.records.cached(entry.key) if entry.key.id else None
    labels = {field.key: field.label for field in record.fields} if record is not None else {}
    values = bench.outbox.files.described(entry.request.values)
    try:
        path = export(entry, screen.shop.settings.data_dir, bench.clock(), values=values, labels=labels)
    except OSError as error:
        screen.announce(_("Not exported: {why}", why=clean(error.strerror or str(error))), bad=True)
        return
    lines = [_("What was entered, and what the server said, is in this file:"), clean(str(path))]
    TextDialog(_("Exported"), lines).open(screen.app)


def _words(entry: Entry) -> list[str]:
    """What is wrong with single fields, and is not said by the reason already."""
    reason = _sentences(say(entry.reason)) if entry.reason is not None else []
    words = (say(message) for said in entry.fields.values() for message in said)
    return [clean(text) for text in words if not _has(reason, _sentences(text))]


def _sentences(text: str) -> list[str]:
    parts = (part.strip() for part in _BETWEEN.split(clean(text, lines=True)))
    return [part for part in parts if part]


def _has(said: list[str], words: list[str]) -> bool:
    """Whether ``words`` are said, all of them and in a row."""
    many = len(words)
    return any(said[at : at + many] == words for at in range(len(said) - many + 1))


def name_of(entry: Entry) -> str:
    """The task and what was done with it, as its system calls that."""
    request = entry.request
    called = Message(request.called) if request.called else SLOT_WORDS.get(request.slot)
    return f"{clean(request.title) or request.key_id}: {say(called) if called is not None else request.action}"


def _state(entry: Entry) -> str:
    return {
        EntryState.WAITING: _("waits"),
        EntryState.SENDING: _("being sent"),
        EntryState.PAUSED: _("held: the token is not accepted"),
        EntryState.ATTENTION: _("not accepted"),
    }.get(entry.state, "")
