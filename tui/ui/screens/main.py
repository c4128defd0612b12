"""The one screen that people live on: the list, the record beside it, and the workflow tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message as Event
from textual.screen import Screen
from textual.timer import Timer

from tui.i18n import _
from tui.model.message import Message
from tui.ui.actions import FORM, LIST, TREE
from tui.ui.keymap import Keymap
from tui.ui.screens.all_profiles import AllProfilesDoor
from tui.ui.screens.announcing import CSS as TOAST_CSS
from tui.ui.screens.announcing import Announcer
from tui.ui.screens.days import Days
from tui.ui.screens.follow import Follower
from tui.ui.screens.type_ahead import TypeAhead
from tui.ui.widgets.execution_list import ExecutionList
from tui.ui.widgets.filter_bar import FilterBar
from tui.ui.widgets.one_line import Hint, KeyBar, OneLine
from tui.ui.workers import Writes

if TYPE_CHECKING:
    from tui.ui.ports import Shop
    from tui.ui.screens.acts import Acts
    from tui.ui.screens.benches import Benches
    from tui.ui.screens.commands import Commands
    from tui.ui.screens.opening import Opener
    from tui.ui.widgets.detail import DetailPane
    from tui.ui.widgets.form_view import FormView
    from tui.ui.widgets.node_tree import NodeTree
    from tui.workbench.workbench import Workbench

TICK_SECONDS = 5.0
REST_SECONDS = 0.15
NARROW, WIDE = 80, 160


class Body(Horizontal):
    """The panes beside each other; nothing of its own is seen."""

    BLANK = True


class MainScreen(Screen[None]):
    """Owns which pane has the keys; everything else is done by the helpers that it composes.

    ``press`` is called by the application for every key, in order, before anything else sees it. The first frame
    shows the last known list; detail, tree and commands are made right after it, and keys wait for them.
    """

    detail: DetailPane
    tree_pane: NodeTree
    opener: Opener
    acts: Acts
    commands: Commands
    benches: Benches

    AUTO_FOCUS = ""
    BLANK = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal")]  # noqa: RUF012 - Textual declares it so
    DEFAULT_CSS = (
        TOAST_CSS
        + """
    MainScreen { layout: vertical; background: $background; }
    MainScreen #title { background: $panel; text-style: bold; padding: 0 1; }
    MainScreen #status { color: $calm; padding: 0 1; }
    MainScreen #body { height: 1fr; }
    MainScreen FilterBar.-away { display: none; }
    MainScreen ExecutionList { width: 42%; min-width: 34; border-right: solid $panel; }
    MainScreen ExecutionList.-alone { width: 1fr; border-right: none; }
    """
    )

    class AccountChosen(Event):
        """Go on as somebody else."""

        def __init__(self, screen: MainScreen, profile: str, user: str, *, anew: bool) -> None:
            super().__init__()
            self.screen = screen
            self.profile = profile
            self.user = user
            self.anew = anew

    def __init__(
        self,
        bench: Workbench,
        keymap: Keymap,
        shop: Shop,
        *,
        ascii_only: bool = False,
        auto_advance: bool = True,
    ) -> None:
        super().__init__()
        self.keymap = keymap
        self.shop = shop
        self.auto_advance = auto_advance
        self.list = ExecutionList(ascii_only=ascii_only, id="list")
        self._ascii = ascii_only
        self.filter_bar = FilterBar(id="filter")
        self.title_line = OneLine(id="title")
        self.status_line = OneLine(id="status")
        self.keybar = KeyBar(id="keys")
        self.pane = LIST
        self._pausing: Timer | None = None
        self._furnished = False
        self._opening: object = None
        self.announcer = Announcer(self, NARROW)
        self.all_profiles = AllProfilesDoor(self)
        self._take(bench)

    def _take(self, bench: Workbench) -> None:
        self.bench = bench
        self.zone = bench.desk.zone
        self.days = Days(self)
        self.follower = Follower(self)
        self.ahead = TypeAhead(self)
        self.writes = Writes()

    def _help_out(self) -> None:
        from tui.ui.screens.acts import Acts
        from tui.ui.screens.commands import Commands
        from tui.ui.screens.fetching import Fetching
        from tui.ui.screens.opening import Opener

        self.opener = Opener(self)
        self.acts = Acts(self)
        self.commands = Commands(self)
        self.list.opener = self.opener.open
        self.detail.form.keeper = self.opener.edited
        self.detail.form.placer = self.opener.moved_on
        self.detail.form.searcher = self.opener.lists.search
        fetching = Fetching(self)
        self.detail.blocks.asker, self.detail.blocks.saver = fetching.more, fetching.ask
        self.detail.tell_time(self.zone, self.bench.clock)

    def change_bench(self, bench: Workbench) -> None:
        """Go on as somebody else, with their list; what the last one typed is kept for them."""
        self._take(bench)
        self._help_out()
        self.opener.forget()
        self.clear_filter()
        # Somebody may be connected already, so that no news of it will come.
        self.follower.say_columns()
        self.follower.first()
        self.follower.follow()
        self._rest()  # the cursor may stand where it stood
        bench.start()

    def compose(self) -> ComposeResult:
        """Textual's hook."""
        yield self.title_line
        with Body(id="body"):
            yield self.list
        yield self.status_line
        yield self.keybar

    def on_mount(self) -> None:
        """Show what is known at once; everything else arrives later."""
        self._opening = self.ahead.begin(None)
        self.list.set_class(self.app.size.width < NARROW, "-alone")
        self.set_focus(self.list, scroll_visible=False)
        self.follower.first()
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        """The list is on the screen: now what it could do without. Connecting imports much, so it comes last."""
        from tui.ui.widgets.detail import DetailPane
        from tui.ui.widgets.node_tree import NodeTree

        self.detail = DetailPane(ascii_only=self._ascii, auto_advance=self.auto_advance)
        self.tree_pane = NodeTree(ascii_only=self._ascii, id="tree")
        self._help_out()
        await self.mount(self.filter_bar, before="#body")
        await self.query_one("#body").mount(self.detail, self.tree_pane)
        self._furnished = True
        self.enter_pane(LIST)
        self.follower.follow()
        self.set_interval(TICK_SECONDS, self._tick)
        self._rest()
        self.ahead.replay(self._opening)
        self.bench.start()

    @property
    def is_current(self) -> bool:
        """Whether a person sees it. For Textual that is so under any other screen, which it paints anew for each
        change below, also where nothing shines through."""
        return super().is_current and (self.app.screen is self or self.app.screen.is_modal)

    def _tick(self) -> None:
        # Asked for anew each time: with another bench comes another follower.
        self.follower.tick()

    # -- keys ---------------------------------------------------------------------------------------------

    def press(self, key: str, char: str | None) -> bool:
        """Handle one key, now and completely, so that the next one meets its result."""
        if self.ahead.active:
            self.ahead.key(key, char)
            return True
        if self.filter_bar.active:
            return self._press_filter(key, char)
        if self.pane == FORM and self.detail.press(self.keymap.widget_key(key, char), char):
            return True
        # From here on the person says where the cursor goes.
        self.follower.awaited = None
        if self.pane == LIST and self.list.press(key, char):
            return True
        if self.pane == TREE and self.tree_pane.press(key, char):
            return True
        command = self.keymap.find(self.pane, key, char) or self.commands.letter(key, char)
        # While the keys are with what is only read, none may go on to the form that has Textual's focus.
        reading = self.pane == FORM and self.detail.in_blocks
        if command is None:
            return self._move_pane(key) or reading
        if command.widget and command.id != "open":
            return reading
        self.commands.run(command.id)
        return True

    def paste(self, text: str) -> None:
        """Text that arrived as one piece goes where typing would go."""
        if self.ahead.active:
            self.ahead.paste(text)
        elif self.filter_bar.active:
            self.filter_bar.take_paste(text)
            self.list.filter(self.filter_bar.text)
        elif self.pane == FORM and not self.detail.reading:
            self.detail.paste(text)
        else:
            self.announce(_("There is no text line here: nothing was pasted."))

    def _press_filter(self, key: str, char: str | None) -> bool:
        if key in ("enter", "down", "tab"):
            self.filter_bar.leave()
            self.list.first_match()
            self.enter_pane(LIST)
            return True
        command = self.keymap.find(LIST, key, None)
        if command is not None and command.id == "back":
            self.clear_filter()
            return True
        if self.filter_bar.press(key, char):
            self.list.filter(self.filter_bar.text)
            self.follower.say_rows()
            return True
        if command is not None and command.id in ("help", "accounts", "menu", "palette"):
            self.commands.run(command.id)
            return True
        return char is not None

    def _move_pane(self, key: str) -> bool:
        if key == "tab" and self.pane == LIST and self.detail.record is not None:
            self.enter_pane(FORM)
            return True
        if key in ("tab", "shift+tab") and self.pane == TREE:
            self.enter_pane(LIST)
            return True
        return False

    # -- panes --------------------------------------------------------------------------------------------

    def enter_pane(self, pane: str) -> None:
        """Give the keys to ``pane`` ("list", "form" or "tree")."""
        if self.filter_bar.active:
            self.filter_bar.leave()
        self.pane = pane
        self.set_panes()
        widget = {LIST: self.list, FORM: self.detail.form, TREE: self.tree_pane}[pane]
        self.set_focus(widget, scroll_visible=False)
        self.offer_keys()

    def on_resize(self) -> None:
        """Another width may have room for more or fewer panes."""
        self.set_panes()
        self.follower.say_title()

    def set_panes(self) -> None:
        """One pane below 80 columns, list and detail from there, the tree beside them from 160. Who is not let in
        reads why over the whole width."""
        if not self._furnished:
            return
        narrow, wide = self.app.size.width < NARROW, self.app.size.width >= WIDE
        if self.pane == LIST and self.commands.switching.locked_out:
            narrow, wide = True, False
        self.list.set_class(narrow, "-alone")
        self.list.display = not narrow or self.pane == LIST
        self.filter_bar.set_class(not self.list.display, "-away")
        self.detail.display = self.pane == FORM or (not narrow and (wide or self.pane == LIST))
        self.tree_pane.display = wide or self.pane == TREE
        self.tree_pane.set_class(wide, "-beside")
        self.announcer.stand_aside(listing=self.pane == LIST)

    def back(self) -> None:
        """F3: one step back, never out of the application."""
        if self.pane == FORM:
            self.opener.leave()
        elif self.pane == TREE:
            self.enter_pane(LIST)
            self._rest()
        elif self.filter_bar.text:
            self.clear_filter()

    def clear_filter(self) -> None:
        """All rows again; the cursor stays on its record."""
        self.filter_bar.clear()
        self.list.filter("")
        self.follower.say_rows()
        self.enter_pane(LIST)

    def open_filter(self) -> None:
        """Put the cursor into the filter line."""
        self.enter_pane(LIST)
        self.filter_bar.begin()
        self.offer_keys()

    def change_account(self, profile: str, user: str, *, anew: bool = False) -> None:
        """Ask the application for another workbench; ``anew``: also if there is one, for its token is another."""
        self.all_profiles.close()
        self.post_message(self.AccountChosen(self, profile, user, anew=anew))

    # -- what the keys do, on the screen ------------------------------------------------------------------

    def offer_keys(self) -> None:
        """Put the commands that mean something here on the key bar."""
        if self.filter_bar.active:
            self.keybar.offer((Hint("Enter", _("to the list"), "open"), Hint("F3", _("all rows"), "back")))
            return
        self.keybar.offer(self.commands.hints(self.pane))
        self.detail.bar.offer(self.commands.action_hints())

    def announce(self, message: Message | str, *, bad: bool = False) -> None:
        """A sentence that goes by itself."""
        self.announcer.announce(message, bad=bad)

    # -- events -------------------------------------------------------------------------------------------

    @on(ExecutionList.Opened)
    def _opened(self, event: ExecutionList.Opened) -> None:
        event.stop()
        self.opener.open(event.key)

    @on(ExecutionList.Highlighted)
    def _highlighted(self, event: ExecutionList.Highlighted) -> None:
        event.stop()
        if self._pausing is not None:
            self._pausing.stop()
        # A cursor that is on its way needs no pictures: only where it rests.
        self._pausing = self.set_timer(REST_SECONDS, self._rest)

    @property
    def at_rest(self) -> bool:
        """Whether the cursor has come to rest, so that the preview is the row's."""
        return self._furnished and self._pausing is None

    def _rest(self) -> None:
        self._pausing = None
        if not self._furnished:
            return
        if self.pane == LIST:
            self.follower.say_beside()
        self.offer_keys()

    def on_node_tree_need_level(self, event: NodeTree.NeedLevel) -> None:
        """The tree asks for one level more."""
        event.stop()
        self.opener.tree.load(event.depth)

    def on_node_tree_chosen(self, event: NodeTree.Chosen) -> None:
        """Open the record of an earlier step."""
        event.stop()
        self.opener.tree.open_node(event.node)

    def on_form_view_moved(self, event: FormView.Moved) -> None:
        """The cursor is in another field."""
        event.stop()
        self.offer_keys()

    @on(KeyBar.Clicked)
    def _clicked(self, event: KeyBar.Clicked) -> None:
        event.stop()
        if self._furnished:
            self.commands.run(event.command)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The mouse puts the focus somewhere: the keys go there too."""
        if not self._furnished or event.widget is not self.focused:
            return  # in a burst the focus is elsewhere again before this is told
        panes = {self.list: LIST, self.detail.form: FORM, self.tree_pane: TREE}
        pane = panes.get(event.widget)  # type: ignore[call-overload]
        if pane is not None and pane != self.pane:
            self.enter_pane(pane)
