"""The application: keys in strict order, one screen on a workbench, and no exception that ends a shift."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tui.config import ConfigError, nearest
from tui.form.editor import typable
from tui.i18n import _, plural
from tui.model.message import Message
from tui.ui.actions import COMMANDS
from tui.ui.keymap import Keymap, keymap_from
from tui.ui.memory import LOOK_SECONDS, Calm, calm_collector
from tui.ui.screens.benches import Benches
from tui.ui.screens.main import MainScreen
from tui.ui.theme import DARK, DEFAULT, LIGHT, THEMES
from tui.ui.workers import say_fault

if TYPE_CHECKING:
    from tui.config import Settings
    from tui.ui.ports import Shop
    from tui.workbench.workbench import Workbench


HABIT = "ctrl+c"
"""What ends other programs. Every screen and dialog answers it with how this one is left."""
KEEPING_SECONDS = 60.0
"""For what was sent and is not on disk yet when the application is left: a photograph may take long."""
NO_MORE_KEYS_SECONDS = 2.0
"""For the keys that were pressed before the application was told to end. They come in milliseconds, if at all."""
ANSWER_SECONDS = 5.0
"""For the answer of the server to what is only done while it answers. It is on disk that this was asked."""


class ShiftdeckApp(App[int]):
    """Shows one workbench at a time; F9 changes it."""

    TITLE = "Shiftdeck"
    ENABLE_COMMAND_PALETTE = False  # Ctrl+P finds commands as every other list is searched, in order with all keys
    BINDINGS: ClassVar = []
    CSS = """
    Screen { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    ToastRack { margin-bottom: 3; }
    """

    def __init__(self, shop: Shop, keymap: Keymap, bench: Workbench) -> None:
        super().__init__()
        self.shop = shop
        self.keymap = keymap
        self.benches = Benches(self, shop, bench)
        self.waiting = 0
        """Entries that were not sent when the application was left."""
        self.served = False
        """Whether a service was running then that sends them."""
        self.told_to_end = False
        """The driver reads what was pressed until now, and says when that is all."""
        self.wake_driver: Callable[[], None] = _nothing
        """The driver sleeps until a key comes; this has it look at ``told_to_end``."""
        self._calm = Calm()
        self._mains: list[MainScreen] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._known_theme(shop.settings)

    @property
    def bench(self) -> Workbench:
        """The workbench that is shown."""
        return self.benches.current

    def _known_theme(self, settings: Settings) -> str:
        """The theme of the config. Raises ``ConfigError`` with the nearest name for one that nobody knows."""
        wanted = settings.theme or DEFAULT
        if wanted not in self.available_themes:
            raise ConfigError(
                Message("There is no theme “{name}”.", {"name": wanted}),
                file=settings.config_path if settings.config_exists else None,
                key="theme",
                nearest=nearest(wanted, tuple(self.available_themes)),
            )
        return wanted

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables for the themes that bring none: Textual's."""
        return dict((DARK if self.current_theme.dark else LIGHT).variables)

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this terminal; on Linux and macOS one that bears every byte."""
        usual = super().get_driver_class()
        if usual.__module__ == "textual.drivers.linux_driver":
            from tui.ui.driver import TolerantDriver

            return TolerantDriver
        return usual

    def get_default_screen(self) -> Screen[None]:
        """The first screen is the list itself: nothing stands before it."""
        return self._main()

    def _main(self) -> MainScreen:
        settings = self.shop.settings
        screen = MainScreen(
            self.bench, self.keymap, self.shop, ascii_only=settings.ascii, auto_advance=settings.auto_advance
        )
        screen.benches = self.benches
        screen.list.choose_columns(settings.columns)
        self._mains.append(screen)
        return screen

    def on_ready(self) -> None:
        """The first frame is there. What was made until now stays."""
        calm_collector()
        self.set_interval(LOOK_SECONDS, self._calm.look)

    def on_mount(self) -> None:
        """A lost line or a stopped service closes the application cleanly; everything typed is on disk."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, self._end)

    def _end(self) -> None:
        self.told_to_end = True
        self.wake_driver()
        # Whoever reads no keys, or hangs in doing so, says nothing.
        self.set_timer(NO_MORE_KEYS_SECONDS, partial(self.exit, 0))

    def on_last_key_read(self) -> None:
        """Nothing that was pressed is on its way any more: the end."""
        self.exit(0)

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes go to the screen that is shown, one after the other, before anything else.

        Textual hands keys to widgets through queues, so that a key which opens a dialog would be handled
        after the keys that follow it in the same chunk. Here each key is finished before the next begins.
        """
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._calm.touch()
            try:
                if self._handed_over(event):
                    event.stop()
                    return
            except Exception as error:
                # One key that goes wrong must not end a shift; what was typed before it is on disk.
                event.stop()
                self.say_fault(error)
                return
        await super().on_event(event)

    def action_help_quit(self) -> None:
        """Ctrl+C, out of habit: say how to leave."""
        back, leave = self.keymap.label("back"), self.keymap.label("quit")
        words = _("{back} leads to list or board; {leave} leaves there. Nothing is lost.", back=back, leave=leave)
        self.notify(words, markup=False)

    def _asks_to_leave(self, key: str) -> bool:
        """Whether ``key`` is Ctrl+C and means nothing else: no command of the config, no text marked to copy."""
        if key != HABIT or any(HABIT in self.keymap.keys(command.id) for command in COMMANDS):
            return False
        return not self.screen.get_selected_text()

    def _handed_over(self, event: events.Key | events.Paste) -> bool:
        if isinstance(event, events.Paste):
            paste = getattr(self.screen, "paste", None)
            if paste is not None:
                paste(event.text)
            return paste is not None
        if self._asks_to_leave(event.key):
            self.action_help_quit()
            return True
        press = getattr(self.screen, "press", None)
        char = event.character if typable(event.character) else None
        return press is not None and bool(press(event.key, char))

    def say_fault(self, error: BaseException) -> None:
        """A fault of our own, in words that calm."""
        say_fault(self, error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault in the background is said in words; the application goes on."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.say_fault(event.worker.error)

    async def on_main_screen_account_chosen(self, event: MainScreen.AccountChosen) -> None:
        """Go on as somebody else; what the last one typed is kept for them, what they sent comes to its end."""
        try:
            bench = await self.benches.make(event.profile, event.user, anew=event.anew)
        except ConfigError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.benches.enter(event.screen, bench, instead=event.anew)

    async def on_unmount(self) -> None:
        """Keep all that was sent, then give back the journal and the connection."""
        for main in self._mains:
            await main.writes.ended(KEEPING_SECONDS, online=False)
            await main.writes.ended(ANSWER_SECONDS)
        await self.benches.settled(KEEPING_SECONDS)
        self.waiting, self.served = self.benches.waiting()
        await self.benches.close()


def _nothing() -> None:
    """There is no driver to be woken."""


def run(shop: Shop, settings: Settings) -> int:
    """Run the application until it is left; returns the exit code. Raises ``ConfigError`` for bad keys."""
    keymap = keymap_from(settings.keys, settings.config_path)
    bench = shop.workbench(settings.profile)
    app = ShiftdeckApp(shop, keymap, bench)
    code = app.run()
    waiting = app.waiting
    if waiting:
        print(_waits(waiting, served=app.served))
    return app.return_code or code or 0


def _waits(waiting: int, *, served: bool) -> str:
    if served:
        return plural("{n} item waits; the service sends it.", "{n} items wait; the service sends them.", waiting)
    return plural(
        "{n} item waits; it goes out at the next start.",
        "{n} items wait; they go out at the next start.",
        waiting,
    )
