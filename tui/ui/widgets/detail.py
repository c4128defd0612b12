"""The detail pane: one execution, its state in words, and its form."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.form.state import FormState
from tui.i18n import _, plural, say
from tui.model.clock import Clock, system_clock
from tui.model.errors import TaskError
from tui.model.execution import Execution, Key, Record
from tui.model.field import Field
from tui.ui.moments import due_text, moment_text
from tui.ui.text import clean, content, cut, from_html
from tui.ui.widgets.block_view import BlockView
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import KeyBar, OneLine, Words

MOST_ABOUT = 5
FRAME = 6
"""Lines of the pane that belong to neither form nor description: title, state, saved, rule, action bar."""


class DetailPane(Vertical):
    """Shows nothing, a record that is on its way, a failure, or a record with its form."""

    BLANK = True  # what it shows stands in its children, so none of its own lines is painted under them
    DEFAULT_CSS = """
    DetailPane { width: 1fr; height: 1fr; }
    DetailPane #detail-title, DetailPane #detail-saved { text-wrap: nowrap; text-overflow: ellipsis; }
    DetailPane #detail-title { text-style: bold; padding: 0 1; }
    DetailPane #detail-meta { padding: 0 1; height: auto; max-height: 2; }
    DetailPane #detail-saved { padding: 0 1; color: $calm; }
    DetailPane.-closed #detail-saved.-blank { display: none; }
    DetailPane.-empty.-blocks #detail-saved.-blank { display: none; }
    DetailPane #detail-about { padding: 0 1; height: auto; max-height: 5; color: $calm; display: none; }
    DetailPane #detail-closed { padding: 0 1; height: auto; max-height: 3; text-style: bold; display: none; }
    DetailPane #detail-notice { padding: 0 1; height: auto; max-height: 3; color: $error; display: none; }
    DetailPane #detail-closed.-said, DetailPane #detail-notice.-said { display: block; }
    DetailPane #detail-bar { background: $surface; }
    DetailPane.-tall #detail-about { display: block; }
    DetailPane #detail-blank { padding: 1 2; height: 1fr; color: $calm; display: none; }
    DetailPane FormView { height: 1fr; border-top: solid $panel; }
    DetailPane.-blank FormView { display: none; }
    DetailPane.-blank #detail-about { display: none; }
    DetailPane.-blank #detail-blank { display: block; }
    DetailPane.-empty #detail-blank { display: block; }
    DetailPane.-empty FormView { height: 1; }
    DetailPane BlockView { display: none; border-top: solid $panel; height: auto; max-height: 40%; }
    DetailPane.-blocks BlockView { display: block; }
    DetailPane.-blocks.-empty #detail-blank, DetailPane.-blank BlockView { display: none; }
    DetailPane.-reading BlockView { max-height: 70%; }
    DetailPane.-empty BlockView { border-top: none; height: 1fr; max-height: 100%; }
    """

    def __init__(self, *, ascii_only: bool = False, auto_advance: bool = True) -> None:
        super().__init__(id="detail", classes="-blank")
        self._zone = ZoneInfo("UTC")
        self._now: Clock = system_clock
        self.form = FormView(id="detail-form", ascii=ascii_only, auto_advance=auto_advance, reviewed=True)
        self.blocks = BlockView(id="detail-blocks", ascii_only=ascii_only)
        self.bar = KeyBar(id="detail-bar")
        self._title = OneLine(id="detail-title")
        self._meta = Words(id="detail-meta", markup=False)
        self._saved = OneLine(id="detail-saved")
        self._about = Words(id="detail-about", markup=False)
        self._shut = Words(id="detail-closed", markup=False)
        self._notice = Words(id="detail-notice", markup=False)
        self._blank = Static(id="detail-blank", markup=False)
        self.key: Key | None = None
        self.record: Record | None = None
        self._standing = self._told = ""
        self._headed: Execution | None = None
        self.previous = False
        """Whether a record of the workflow is shown, which is read and not filled in."""

    def tell_time(self, zone: ZoneInfo, now: Clock) -> None:
        """Whose wall time is shown, and what time it is."""
        self._zone, self._now = zone, now

    def compose(self) -> ComposeResult:
        """Textual's hook."""
        yield self._title
        yield self._meta
        yield self._saved
        yield self._shut
        yield self._about
        yield self._blank
        yield self.form
        yield self.blocks
        yield self._notice
        yield self.bar

    def on_resize(self) -> None:
        """Description and rules stand above the form where there is room for both."""
        self._describe()

    def clear(self, words: str = "") -> None:
        """Show nothing but ``words``."""
        self.key = self.record = self._headed = None
        self.previous = False
        self._standing = ""
        self.form.clear()
        self.read_blocks(False)
        self._title.show(Content(""))
        self._saved.show(Content(""))
        self.say_closed("")
        self.say_notice("")
        self._meta.update(Content(""))
        self._blank.update(content(words, lines=True))
        self.add_class("-blank")

    def expect(self, execution: Execution) -> None:
        """Announce a record that is being read; what is typed from now on belongs to it."""
        self.clear(_("Reading the task …"))
        self.key = execution.key
        self._head(execution)

    def preview(self, execution: Execution) -> None:
        """What the list knows of the row under its cursor, and the key that opens it."""
        self.clear(_("Enter opens this task."))
        self._head(execution)

    def say_waits(self, words: str) -> None:
        """Of the row under the cursor: what is kept here of it, over the key that opens it."""
        opens = _("Enter opens this task.")
        self._blank.update(content(f"{words}\n\n{opens}" if words else opens, lines=True))

    def fail(self, error: TaskError) -> None:
        """Say why the record cannot be shown."""
        words = f"{say(error.reason)}\n{say(error.help)}"
        self._blank.update(content(words, lines=True))
        self.add_class("-blank")

    def show(
        self,
        record: Record,
        state: FormState,
        *,
        previous: bool = False,
        scroll: int | None = None,
        carry: bool = False,
    ) -> None:
        """Show ``record`` with the form of ``state``; ``carry``: the open one, what is open in it goes on."""
        self.key = record.execution.key
        self.record = record
        self.previous = previous
        self.remove_class("-blank")
        self._head(record.execution)
        self._describe()
        # Where the pane is hidden the form is laid out later: until then nothing of the last task may be drawn.
        if not carry:
            self.form.clear()
        self.form.open(state, scroll=scroll, carry=carry)
        self._describe()
        # Where the pane was hidden the form has a height only now.
        self.call_after_refresh(self._describe)
        self._blank.update(content(_("There is nothing to fill in here.")))
        self.set_class(not state.shown, "-empty")
        self._show_blocks(record, renew=carry)

    def same_form(self, record: Record) -> bool:
        """Whether ``record`` asks the same questions as the one that is shown, and is as open as it was."""
        shown = self.record
        if shown is None:
            return False
        return _questions(shown) == _questions(record) and shown.answerable == record.answerable

    @property
    def reading(self) -> bool:
        """Whether the form is only read: no field takes a key."""
        return self.form.flow is None or self.form.flow.current is None

    def tick(self) -> None:
        """Ages grow."""
        if self._headed is not None:
            self._head(self._headed)

    @property
    def headed(self) -> Execution | None:
        """The row that the head tells about, of a record or of a row under the cursor."""
        return self._headed

    def head_as(self, execution: Execution) -> None:
        """The row is another one by now: the head says so, whether its record was read or not."""
        if execution != self._headed:
            self._head(execution)

    def renew(self, record: Record) -> None:
        """The server's newer record of what is already shown; nothing that was typed is touched."""
        self.record = record
        self._head(record.execution)
        self._show_blocks(record, renew=True)
        self._describe()
        self.form.renew_defaults(record.fields)
        self.form.apply_server(record.answers)

    def say_closed(self, words: str) -> None:
        """Why nothing can be answered here, and what helps; "" where it can."""
        self._shut.update(content(words))
        self._shut.set_class(bool(words), "-said")
        self.set_class(bool(words), "-closed")

    def say_notice(self, words: str) -> None:
        """What is wrong with a field's list, under the form; "" takes it back."""
        self._notice.update(content(words))
        self._notice.set_class(bool(words), "-said")

    def say_saved(self, words: str) -> None:
        """One line about where the answers are."""
        if words != self._standing:
            self._standing = words
            self._describe()
        self._saved.show(content(words))
        self._saved.set_class(not words, "-blank")

    @property
    def standing(self) -> str:
        """What :meth:`say_saved` said last."""
        return self._standing

    def press(self, key: str, char: str | None) -> bool:
        """Handle one key; ``False`` when it means nothing here."""
        if self.record is None:
            return False
        if self.in_blocks:
            return self.blocks.press(key)
        return self.form.feed(key, char)

    @property
    def in_blocks(self) -> bool:
        """Whether the keys are with what is only read."""
        return self.has_class("-reading")

    def read_blocks(self, reading: bool) -> None:
        """Give the keys to what is only read, or back to the form."""
        self.set_class(reading, "-reading")
        self.blocks.set_active(reading)
        self.form.rest(reading)

    def leave_blocks(self) -> bool:
        """Back to the form, if there is one and the keys are not there; whether they went."""
        if not self.in_blocks or self.has_class("-empty"):
            return False
        self.read_blocks(False)
        return True

    def _show_blocks(self, record: Record, *, renew: bool) -> None:
        self.blocks.show(record, renew=renew)
        self.set_class(self.blocks.filled, "-blocks")
        if not self.blocks.filled or not renew:
            # Where nothing is filled in the keys have nothing else to do.
            self.read_blocks(self.blocks.filled and self.has_class("-empty"))

    def paste(self, text: str) -> None:
        """Text that arrived as one piece."""
        if self.record is not None and not self.in_blocks:
            self.form.take_paste(text)

    def _head(self, execution: Execution) -> None:
        self._headed = execution
        now = self._now()
        status = execution.status
        self._title.show(content(execution.title or _("Task {id}", id=execution.key.id)))
        parts: list[tuple[str, str]] = [(f"{status.shape} {clean(say(status.word))}", "bold")]
        if execution.due is not None:
            moment = moment_text(execution.due, now, self._zone)
            planned = _("planned {moment} (reckoned)", moment=moment)
            parts.append((planned if execution.projected else _("due {moment}", moment=moment), ""))
        age = due_text(execution.due, now, closed=status.phase.closed)
        if age:
            late = execution.due is not None and execution.due < now
            parts.append((age, "$error bold" if late else ""))
        if execution.max_points:
            most, got = execution.max_points, execution.points
            if got or status.phase.closed:
                parts.append((_("{got:g} of {all:g} points", got=got or 0, all=most), ""))
            else:
                many = 1 if most == 1 else 2
                parts.append((plural("max. {all:g} point", "max. {all:g} points", many, all=most), ""))
        if execution.place:
            parts.append((clean(execution.place), "$calm"))
        pieces: list[tuple[str, str]] = []
        for part in parts:
            pieces += [(" · ", "$calm"), part] if pieces else [part]
        self._meta.update(Content.assemble(*pieces))

    def _describe(self) -> None:
        if self.record is None:
            return
        lines = about_lines(self.record, self._now(), self._zone)
        lines = [line for line in lines if line != self._standing][:MOST_ABOUT]
        width = max(10, self.size.width - 2)
        words = "\n".join(cut(line, width) for line in lines)
        if words != self._told:
            self._told = words
            self._about.update(content(words, lines=True))
        # Description and rules stand above the form where the form needs less than there is.
        room = self.size.height - self._beside_form()
        free = room - FRAME - self.form.height_of_fields
        tall = len(lines) > 0 and (free >= len(lines) or room >= 26)
        self.set_class(tall, "-tall")
        # Where it needs more they are its first lines, and scroll away with it.
        self.form.introduce(() if tall else lines)

    def _beside_form(self) -> int:
        """The lines that what is only read takes under a form (its share in the style sheet)."""
        beside = self.blocks.filled and not self.has_class("-empty")
        return min(self.blocks.length + 1, self.size.height * 2 // 5) if beside else 0


def _questions(record: Record) -> list[Field]:
    """What is asked. A preset is no part of it: it may be another one at every read ("now")."""
    return [msgspec.structs.replace(field, default=None) for field in record.fields]


def about_lines(record: Record, now: datetime, zone: ZoneInfo) -> list[str]:
    """Description, last activity, facts and rules of a record, a sentence a line."""
    execution = record.execution
    lines = [line for line in from_html(record.description).split("\n") if line]
    if execution.actor:
        when = moment_text(execution.touched, now, zone) if execution.touched else ""
        lines.append(_("Last activity: {who} {when}", who=clean(execution.actor), when=when).rstrip())
    lines += [f"{say(label)}: {clean(text)}" for label, text in record.facts]
    lines += [say(rule) for rule in record.policies]
    if record.fields_from is not None:
        lines.append(say(record.fields_from))
    return lines
