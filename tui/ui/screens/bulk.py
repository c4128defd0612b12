"""One deed on all chosen rows: what becomes of them, who is left out and why, one reason, one confirmation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.form.edit import FieldEdit
from tui.form.state import FormState
from tui.i18n import _, plural, say
from tui.model.action import Risk, Slot
from tui.model.errors import TaskError
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.message import Message
from tui.ui.screens.action import ActionDialog, fields_of, turn
from tui.ui.screens.bulk_results import AGAIN, RunDialog, name_of_task
from tui.ui.screens.dialog import Dialog, TextDialog
from tui.ui.text import bar_text, clean, content
from tui.ui.widgets.board_list import BoardList
from tui.ui.widgets.one_line import Hint
from tui.ui.workers import start
from tui.workbench.bulk import Bulk, LeftOut, gather, turns
from tui.workbench.bulk_run import Run
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.ui.screens.crew import Begun, Crew, Place
    from tui.ui.screens.type_ahead import TypeAhead
    from tui.ui.widgets.execution_list import ExecutionList
    from tui.workbench.workbench import Workbench

PATIENCE_SECONDS = 0.3
"""What is read within this time needs no word about it."""


class Many:
    """Does one deed on many of ``rows``: the list of a main screen, or the board that stands over it."""

    def __init__(self, screen: Crew, acts: Begun, rows: ExecutionList) -> None:
        self._screen = screen
        self._rows = rows
        self._bench = screen.bench
        self._acts = acts

    def ask(self, slot: Slot, keys: Sequence[Key], begun: dict[str, FieldEdit] | None = None) -> None:
        """Look at all of ``keys``, then open the dialog; ``begun`` is what was typed into it before."""
        screen = self._screen

        async def look() -> None:
            waiting = _Waiting(screen, len(keys))
            try:
                bulk = await gather(self._bench, keys, slot, waiting.told)
            except TaskError as error:
                screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
                return
            except JournalError as error:
                screen.announce(error.message, bad=True)
                return
            finally:
                waiting.end()
            self._asked(bulk, begun)

        screen.commands.before_dialog(look)

    def _asked(self, bulk: Bulk, begun: dict[str, FieldEdit] | None) -> None:
        screen = self._screen
        if not bulk.partakers:
            TextDialog(_("Not possible for any of them"), left_out_lines(bulk.left_out, self._bench)).open(
                screen.app
            )
            return
        action = bulk.action()
        place: Place = (None, f"many {action.id}")
        state = self._acts.inputs(fields_of(action), begun or self._acts.begun.get(place))
        ascii_only = screen.shop.settings.ascii
        where = self._bench.desk.title if isinstance(self._rows, BoardList) and self._rows.several else ""
        recent = self._acts.recent(action)
        dialog = BulkDialog(bulk, state, self._bench, recent=recent, ascii_only=ascii_only, where=where)

        def done(inputs: dict[str, Value] | None) -> None:
            # Until all of it is done: what was confirmed is there for the next try; of what was not, the texts.
            self._acts.begun[place] = state.typed_edits() if inputs is None else state.sound_edits()
            if inputs is None:
                screen.announce(Message("Nothing was sent."))
                return
            self._run(bulk, inputs, state.edits(), place)

        dialog.open(screen.app, done)

    def _run(self, bulk: Bulk, inputs: dict[str, Value], edits: dict[str, FieldEdit], place: Place) -> None:
        screen, bench = self._screen, self._bench
        partakers, _others = bulk.split(inputs)
        run = Run(bench, partakers, inputs)
        dialog = RunDialog(bulk.action(), run, bench, ascii_only=screen.shop.settings.ascii)
        # From now on: what was kept may be sent before the screen is drawn.
        news = bench.outbox.changes.watch()
        asked = {one.key for one in bulk.partakers} | {one.key for one in bulk.left_out}
        rest = [key for key in self._rows.chosen if key not in asked]
        self._rows.choose_only(rest)
        if bulk.slot is Slot.DENY and bulk.action().becomes is not None:  # a mere note leaves them open
            self._go_on({partaker.key for partaker in partakers})
        screen.offer_keys()

        async def go() -> None:
            await run.go()
            bench.live.refresh()
            if not run.unfinished:
                self._acts.begun.pop(place, None)
            if not dialog.is_current:
                told = self._keep_chosen(run, [])
                if told:
                    screen.announce(f"{say(bulk.action().label)}: {told}", bad=True)

        async def follow() -> None:
            async for entry in news:
                run.note(entry)

        def closed(what: str | None) -> None:
            told = self._keep_chosen(run, rest)
            if what == AGAIN:
                self.ask(bulk.slot, run.unfinished, edits)
            elif told:
                screen.announce(told)

        dialog.open(screen.app, closed)
        start(screen.app, follow, group="bulk-news", exclusive=True)
        screen.writes.begin(screen.app, go, online=True)

    def _keep_chosen(self, run: Run, rest: Sequence[Key]) -> str:
        """Choose what is not done again, so that it can be repeated; that, and where the others are, in words."""
        told = []
        if undone := run.unfinished:
            self._rows.choose_only((*self._rows.chosen, *undone))
            self._screen.offer_keys()
            told.append(
                plural(
                    "{n} task was not done and stays chosen.",
                    "{n} tasks were not done and stay chosen.",
                    len(undone),
                )
            )
        if rest:
            profiles = self._screen.shop.settings.profiles
            places = Counter(clean(profiles[key.profile].shown) for key in rest)
            words = ", ".join(f"{name} ({n})" for name, n in places.items())
            told.append(_("Still chosen: {places}. The same key goes on there.", places=words))
        return " ".join(told)

    def _go_on(self, done: Set[Key]) -> None:
        """These are done with: a cursor that is on one of them goes to the next that is open."""
        rows = self._rows
        keys, at = rows.shown_keys, rows.selected_key
        if at not in done or at not in keys:
            return
        place = keys.index(at)
        for key in (*keys[place:], *keys[:place]):
            row = rows.execution(key)
            if row is not None and not row.status.phase.closed and key not in done:
                rows.select(key)
                break


class BulkDialog(ActionDialog):
    """Asks once for all. What is lost is confirmed by typing how many it is lost for."""

    def __init__(
        self,
        bulk: Bulk,
        state: FormState,
        bench: Workbench,
        *,
        recent: dict[str, list[str]] | None = None,
        ascii_only: bool = False,
        where: str = "",
    ) -> None:
        action = bulk.action()
        chosen = len(bulk.partakers) + len(bulk.left_out)
        words = {"action": say(action.label)}
        title = plural("{action}: {n} chosen task", "{action}: {n} chosen tasks", chosen, **words)
        self.bulk = bulk  # before the rest, which asks what is to be typed
        super().__init__(action, [], state, bench, recent=recent, title=title)
        self._profile_line = [_("Profile: {name}", name=where)] if where else []
        self._ascii = ascii_only

    @property
    def proof(self) -> str:
        """How many it is done to."""
        partakers, _others = self.bulk.split(self.state.values())
        return str(len(partakers)) if self.action.risk is Risk.TYPED and partakers else ""

    def sentences(self) -> list[str]:
        """How many go from which state to which, what is lost, and who is left out."""
        values = self.state.values()
        partakers, others = self.bulk.split(values)
        lines = [*self._profile_line, *self.warning()]
        for old, new, n in turns(partakers, values):
            change = turn(old, new, ascii_only=self._ascii) if new is not None else say(old)
            lines.append(f"{n:>4}  {change}")
        if self.action.loses is not None:
            lines.append(say(self.action.loses))
        if self.proof:
            lines.append(_("{proof} is how many it is done to.", proof=self.proof))
        if others:
            lines.append(plural("{n} is left out:", "{n} are left out:", len(others)))
            lines += left_out_lines(others, self._bench)
        return lines

    def deed(self) -> str:
        """With how many."""
        partakers, _others = self.bulk.split(self.state.values())
        return f"{say(self.action.label)}: {len(partakers)}"

    def close(self, result: dict[str, Value] | None) -> None:
        """Nothing is begun that nobody takes part in."""
        if result is not None and not self.bulk.split(result)[0]:
            self.complain(_("None of them can be changed like this. Choose something else, or F3."))
            return
        super().close(result)


class ReadingDialog(Dialog[None]):
    """How far the looking is. Keys are for what comes next; F3 gives it up."""

    def __init__(self, ahead: TypeAhead, many: int) -> None:
        super().__init__(plural("Looking at {n} task …", "Looking at {n} tasks …", many))
        self._ahead = ahead
        self._many = many
        self._done = 0

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F3", _("cancel"), "f3"),)

    def draw(self) -> None:
        """A bar."""
        self.put(content(bar_text(self._done, self._many, self.width)))

    def tell(self, done: int) -> None:
        """So many are read."""
        self._done = done
        self.draw()

    def press(self, key: str, char: str | None) -> bool:
        """In order, behind what is awaited."""
        if self._ahead.active:
            self._ahead.key(key, char)
        return True

    def paste(self, text: str) -> None:
        """Kept as well."""
        if self._ahead.active:
            self._ahead.paste(text)


class _Waiting:
    """Shows the dialog when it takes longer than a moment."""

    def __init__(self, screen: Crew, many: int) -> None:
        self._app = screen.app
        self._dialog = ReadingDialog(screen.ahead, many)
        self._timer: Timer | None = screen.set_timer(PATIENCE_SECONDS, partial(self._dialog.open, screen.app))

    def told(self, done: int, _many: int) -> None:
        if self._dialog.is_mounted:
            self._dialog.tell(done)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._dialog in self._app.screen_stack:
            self._dialog.close(None)


def left_out_lines(others: Sequence[LeftOut], bench: Workbench) -> list[str]:
    """Everybody by name, under the reason that they share."""
    reasons: dict[str, list[str]] = {}
    for one in others:
        reasons.setdefault(clean(say(one.why)), []).append(name_of_task(one.key, one.execution, bench))
    return [line for why, names in reasons.items() for line in (why, *(f"  – {name}" for name in names))]
