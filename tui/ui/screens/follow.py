"""Following the workbench: list, link and outbox, and the two lines that tell about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.model.action import Slot
from tui.model.errors import NotTheServer, ServerFault, TaskError
from tui.model.execution import Group, Key
from tui.model.message import Message
from tui.ui.actions import FORM
from tui.ui.moments import clock_text, data_age, moment_text
from tui.ui.screens.standing import by_line, standing_beside
from tui.ui.text import cells, clean, cut
from tui.ui.workers import start
from tui.workbench.entry import EntryState
from tui.workbench.freshness import silent_since

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew
    from tui.workbench.changes import Changes
    from tui.workbench.entry import Entry


class Follower:
    """Applies what the workbench tells, by key, and says how old it is."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._shown: object = None
        self.awaited: Key | None = None
        """A new execution that the cursor goes to, unless a key is pressed before it is in the list."""
        self.unsent: frozenset[Key] = frozenset()
        """The records that are marked as holding something unsent."""
        self._noticed: Message | None = None
        self._following = False
        self.at_work = 0
        """Requests that the server has, and whose answer takes minutes."""
        self._lacking: Message | None = None

    def first(self) -> None:
        """The last known list, for the first frame."""
        self._bench.live.set_period(self._screen.days.period)
        self._fill(self._bench.live.now)
        self.say_status()

    def follow(self) -> None:
        """From now on everything live."""
        self._following = True
        self.say_notice()
        app = self._screen.app
        start(app, self._follow_live, group="live", exclusive=True)
        start(app, self._follow_link, group="link", exclusive=True)
        start(app, self._follow_outbox, group="outbox", exclusive=True)
        start(app, self._follow_notices, group="notices", exclusive=True)

    def tick(self) -> None:
        """Every five seconds: ages, and the turn of the day."""
        self._screen.days.roll()
        self._screen.opener.tick(self._bench.clock())
        self.say_notice()
        self._screen.list.tick(self._bench.clock())
        self._screen.detail.tick()
        self.say_status()

    def period_changed(self) -> None:
        """Another period: its last known rows, or an honest "reading"."""
        self._fill(self._bench.live.now)

    # -- feeds --------------------------------------------------------------------------------------------

    async def _follow_live(self) -> None:
        async for changes in self._bench.live.watch():
            if changes.period == self._screen.days.period:
                self._apply(changes)

    async def _follow_link(self) -> None:
        async for link in self._bench.link.watch():
            if link.state == "online":
                self._screen.opener.lists.again()
            self.say_title()
            self.say_status()
            self.say_columns()
            self._say_waits()
            detail = self._screen.detail
            if (words := by_line(self._bench, detail.standing)) != detail.standing:
                detail.say_saved(words)
            self._screen.set_panes()
            self._screen.offer_keys()
            self.say_rows()

    async def _follow_notices(self) -> None:
        async for message in self._bench.notices.watch():
            if message != self._noticed:
                self._noticed = message
                self._screen.announce(message, bad=True)

    async def _follow_outbox(self) -> None:
        async for entry in self._bench.outbox.changes.watch():
            self._settled(entry)
            self.say_unsent()
            self.say_status()

    def _apply(self, changes: Changes) -> None:
        screen = self._screen
        self._say_once(changes.notice)
        self._follow_row(changes)
        if changes.fresh and changes.rows is not self._shown:
            self._fill(changes)
            return
        self._shown = changes.rows
        screen.list.apply(changes.rows, changes.added, changes.changed, changes.removed, self._bench.clock())
        self.say_unsent()
        if not changes.cached and changes.changed:
            screen.opener.moved(changes.changed)
        self._greet()
        self.say_title()
        self.say_status()
        self.say_rows()

    def _follow_row(self, changes: Changes) -> None:
        """The pane beside the list says of a row what the list has of it by now; its record is read again."""
        detail = self._screen.detail
        headed = detail.headed
        if headed is None or detail.previous or changes.cached:
            return
        row = changes.rows.get(headed.key)
        if headed.key in changes.removed and detail.record is not None:
            detail.say_closed(_("It is gone from the list: deleted, or on another day by now."))
        if row is None or (not changes.fresh and headed.key not in changes.changed | changes.added):
            return
        if changes.fresh and detail.record is not None and row.revision != headed.revision:
            self._screen.opener.read_again(row.key)
        detail.head_as(row)

    def _say_once(self, notice: Message | None) -> None:
        """What the list lacks, in full once: the status line may have no room for it."""
        if notice is not None and notice != self._lacking:
            self._screen.announce(notice)
        self._lacking = notice

    def _greet(self) -> None:
        if self.awaited is not None and self._screen.list.select(self.awaited):
            self.awaited = None

    def _fill(self, changes: Changes) -> None:
        screen = self._screen
        self._shown = changes.rows
        screen.list.set_rows(changes.rows, period=screen.days.period, now=self._bench.clock(), zone=screen.zone)
        self.say_unsent()
        self.say_title()
        self.say_rows()

    def _settled(self, entry: Entry) -> None:
        screen = self._screen
        title = clean(entry.request.title)
        if entry.state is EntryState.SENT:
            time = clock_text(entry.settled or self._bench.clock(), screen.zone, seconds=True)
            failed = entry.receipt.failed if entry.receipt is not None else None
            words = _("accepted by the server {time}", time=time)
            if failed is not None:
                words = _("failed at {time}: {why}", time=time, why=clean(say(failed)))
            key = entry.key
            if not key.id and entry.receipt is not None:
                # A new execution: the cursor goes to it as soon as the list has it.
                self.awaited = key._replace(id=entry.receipt.key_id)
                self._greet()
            if screen.detail.key == key:
                # What the server has taken is its answer now, not somebody else's change.
                screen.detail.form.accepted(entry.request.values, entry.request.notes)
                screen.opener.say_accepted(key, words)
            if entry.reason is not None:
                words = f"{words}\n{clean(say(entry.reason))}"
            bad = failed is not None or entry.reason is not None
            # Over a dialog it would hide what is being read there; list and the head of the form say it too.
            if bad or (self._uncovered and not (screen.pane == FORM and screen.detail.key == key)):
                from tui.ui.screens.outbox import name_of

                screen.announce(f"{name_of(entry)}\n{words}" if title or bad else words, bad=bad)
            if entry.request.slot is Slot.OTHER:
                screen.list.let_go([key])  # where the system's own deed takes it away, that was asked for
            screen.list.release()
            self._greet()
            screen.opener.read_again(key)
        elif entry.state is EntryState.ATTENTION and entry.reason is not None:
            why = say(entry.reason)
            words = _("{title}: not accepted. {why} Your entries are kept.", title=title or _("Entry"), why=why)
            screen.announce(words, bad=True)
            screen.commands.show_refusal(entry)

    @property
    def _uncovered(self) -> bool:
        """Whether no dialog and no other screen stands over the list."""
        front: object = self._screen.app.screen
        return front is self._screen

    def say_notice(self) -> None:
        """What a person should know about the data on this device."""
        notice = self._bench.notice
        if notice is not None and notice != self._noticed:
            self._noticed = notice
            self._screen.announce(notice, bad=True)

    def say_columns(self) -> None:
        """Columns for what the system has, and for nothing else."""
        capabilities = self._bench.capabilities
        self._screen.list.set_columns(
            due=capabilities.due,
            points=capabilities.points,
            progress=capabilities.progress,
            cancels=capabilities.cancels,
        )
        # Where nothing is ever due, what is left is only that.
        self._screen.list.name_sections({} if capabilities.due else {Group.DUE: _("Unfinished")})

    def say_unsent(self) -> None:
        """Mark the records that hold something which the server does not have yet."""
        kept = self._bench.outbox.kept()
        self.unsent = self._bench.drafts.keys() | kept.keys
        self._screen.list.set_unsent(self.unsent, kept.done)
        self._say_waits()

    def say_beside(self) -> None:
        """The pane beside the list tells of the row under the cursor; of none where there is no row."""
        screen = self._screen
        key = screen.list.selected_key
        row = screen.list.execution(key) if key is not None else None
        if row is None and screen.detail.headed is not None:
            screen.detail.clear()
        elif row is not None and row.key != screen.detail.key:
            screen.detail.preview(row)
            self._say_waits()

    def _say_waits(self) -> None:
        """Beside the row under the cursor: what of it is kept here, and what that waits for."""
        if not self._following:
            return  # the pane is not there yet
        detail = self._screen.detail
        row = detail.headed
        if detail.key is None and row is not None:
            words = self._screen.acts.running.words(row.key)
            if not words and row.key in self.unsent:
                words = standing_beside(self._bench, row.key, self._screen.zone)
            detail.say_waits(words)

    # -- lines --------------------------------------------------------------------------------------------

    def say_title(self) -> None:
        """Where, who, which days, and how much of each group."""
        screen = self._screen
        counts = screen.list.counts().groups
        late = counts.get(Group.OVERDUE, 0)
        numbers = [
            (plural("{n} overdue", "{n} overdue", late), "$error" if late else ""),
            (_("{n} due", n=counts.get(Group.DUE, 0)), ""),
            (_("{n} later", n=counts.get(Group.LATER, 0)), ""),
            (_("{n} closed", n=counts.get(Group.CLOSED, 0)), ""),
        ]
        if not self._bench.capabilities.due:
            left = sum(counts.values()) - counts.get(Group.CLOSED, 0)
            numbers = [(_("{n} unfinished", n=left), ""), numbers[-1]]
        if self._bench.live.now.loading:
            numbers = []  # nothing is known yet, and a nought would be a claim
        desk = self._bench.desk
        owner = self._bench.who
        user = desk.user or (owner.name if owner is not None else "")
        who = clean(f"{desk.title} · {user}" if user else desk.title)
        # With several profiles one wants to see which one this is, before anything else.
        user = clean(desk.title if len(screen.shop.settings.profiles) > 1 else user or desk.title)
        period = screen.days.words()
        width = max(20, screen.size.width - 2)
        for head, shown in (
            (who, numbers),
            (user, numbers),
            (user, numbers[:2]),
            (user, numbers[:1]),
            ("", numbers[:2]),
        ):
            used = cells(head) + 2 * bool(head) + cells(period) + sum(cells(text) + 2 for text, _style in shown)
            if used <= width:
                break
        else:
            head, shown = "", numbers[:1]
            used = sum(cells(text) + 2 for text, _style in shown)
            period = cut(period, max(6, width - used))
            used += cells(period)
        parts: list[tuple[str, str]] = [(head, ""), ("  " if head else "", ""), (period, "$accent")]
        parts.append((" " * max(0, width - used), ""))
        for text, style in shown:
            parts += [("  ", ""), (text, style)]
        screen.title_line.show(Content.assemble(*parts))

    def say_status(self) -> None:
        """Connection, age of the data, what waits."""
        bench, screen = self._bench, self._screen
        link, now = bench.link_state, bench.clock()
        # What the server is at work on has been sent.
        waiting = max(0, bench.outbox.waiting() - self.at_work)
        attention = bench.outbox.attention()
        parts: list[tuple[str, str]] = []
        if link.state == "online":
            parts.append(("● " + _("connected"), "$success"))
        elif link.state == "starting":
            parts.append(("◌ " + _("connecting"), ""))
        elif link.state == "refused":
            # First what helps: the reason may be longer than the line.
            parts.append(("✕ " + _("F9 signs in"), "$error"))
            parts.append((say(link.error.what) if link.error else _("not accepted"), "$error"))
        else:
            since = moment_text(silent_since(bench), now, screen.zone)
            parts.append(("✕ " + _trouble(link.error, since, waiting), "$warning"))
        as_of = bench.live.now.as_of
        if as_of is not None:
            parts.append((_("data {age}", age=data_age(as_of, now)), ""))
        elif bench.live.rows and link.error is not None:
            parts.append((_("only earlier tasks are known"), "$warning"))
        if waiting and link.state != "offline":
            parts.append((plural("{n} item waits to be sent", "{n} items wait to be sent", waiting), "$warning"))
        if attention:
            parts.append((plural("{n} needs attention", "{n} need attention", attention), "$error"))
        notice = bench.live.now.notice
        if notice is not None:
            parts.append((say(notice), "$accent"))
        held = screen.list.held
        if held:
            words = plural(
                "{n} change from the server waits until you pause",
                "{n} changes from the server wait until you pause",
                held,
            )
            parts.append((words, ""))
        if screen.list.stays:
            parts.append((_("this task is gone: it leaves with the cursor"), "$accent"))
        pieces: list[tuple[str, str]] = []
        for part in parts:
            pieces += [(" · ", ""), part] if pieces else [part]
        screen.status_line.show(Content.assemble(*pieces))

    def say_rows(self) -> None:
        """What an empty list means: nothing there, filtered out, failed or not read yet."""
        screen, error = self._screen, self._bench.link_state.error
        as_of = self._bench.live.now.as_of
        if screen.filter_bar.text:
            lines = [
                _("Nothing matches “{text}”.", text=clean(screen.filter_bar.text)),
                _("F3 shows all rows again."),
            ]
        elif error is not None and as_of is None:
            if self._bench.link_state.state == "refused":
                # First what helps: why may be a long story.
                lines = [_("F9 signs in, r tries again; your entries are kept."), say(error.what)]
            else:
                lines = [say(error.what), say(error.help), _("r tries again, F9 shows the profile.")]
        elif as_of is None or screen.list.held:
            lines = [_("Reading {period} …", period=screen.days.words())]
        else:
            asked = clock_text(as_of, screen.zone, seconds=True)
            lines = [
                _("No tasks in this period ({period}, asked {time}).", period=screen.days.words(), time=asked),
                _("[ and ] show other days, n begins a new task."),
            ]
        screen.list.empty(lines)


def _trouble(error: TaskError | None, since: str, waiting: int) -> str:
    """What is wrong with the line, since when, what waits for it, in a few words."""
    what = _("no link since {time}", time=since)
    if isinstance(error, NotTheServer):
        what = _("strange answers since {time}", time=since)
    elif isinstance(error, ServerFault):
        what = _("server fault since {time}", time=since)
    waits = [plural("{n} waiting", "{n} waiting", waiting)] if waiting else []
    return ", ".join([what, *waits, _("work on")])
