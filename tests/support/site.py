"""The real application on the real embedded site, in this process, at a moment of our choosing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from tests.support.screen import screen_text
from tests.support.wire import Wire
from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.i18n import set_language
from tui.model.execution import Key
from tui.ui.app import ShiftdeckApp
from tui.ui.keymap import keymap_from
from tui.ui.screens.main import MainScreen

EARLY_SHIFT = datetime(2026, 5, 11, 3, 56, 0, tzinfo=UTC)
"""A Monday, 05:56 at the site."""


class Hand:
    """A clock that moves only when a test moves it."""

    def __init__(self, now: datetime = EARLY_SHIFT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Seat:
    """Somebody in front of the application: presses keys, reads the screen, waits for words."""

    def __init__(self, app: ShiftdeckApp, pilot: Pilot[int], clock: Hand) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self.wire = Wire(app)

    @property
    def main(self) -> MainScreen:
        """The list's screen, also while a dialog stands before it."""
        found = [screen for screen in self.app.screen_stack if isinstance(screen, MainScreen)]
        return found[-1]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return screen_text(self.app)

    @property
    def opened(self) -> Key | None:
        """The record whose form is on the screen."""
        return self.main.detail.key if self.main.detail.record is not None else None

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and let the screen settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type characters."""
        names = {"\n": "enter", " ": "space"}
        await self.press(*[names.get(char, char) for char in text])

    async def send(self, *pieces: bytes, gap: float = 0.0) -> None:
        """Send bytes as a terminal does, ``gap`` seconds after each piece, and let the screen settle."""
        for piece in pieces:
            self.wire.send(piece, gap=gap)
            await self.pilot.pause()

    async def until(self, seen: str | Callable[[], bool], seconds: float = 15.0) -> str:
        """Wait until words are on the screen or a condition holds."""
        test: Callable[[], bool] = (lambda: seen in self.text) if isinstance(seen, str) else seen
        try:
            async with asyncio.timeout(seconds):
                while not test():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"{seen!r} was not seen:\n{self.text}") from None
        await self.pilot.pause()
        return self.text

    async def open_titled(self, title: str, *, phase: str = "open") -> None:
        """Open the first row of that title in that phase."""
        rows = self.main.list
        for key in rows.shown_keys:
            row = rows.execution(key)
            if row is not None and row.title == title and row.status.phase == phase:
                rows.select(key)
                await self.press("enter")
                await self.until(lambda wanted=key: self.opened == wanted)  # type: ignore[misc]
                return
        raise AssertionError(f"no {phase} row is called {title!r}:\n{self.text}")


@asynccontextmanager
async def seated(
    data: Path,
    *,
    size: tuple[int, int] = (80, 24),
    clock: Hand | None = None,
    lang: str = "en",
    config: str = "",
    user: str = "",
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Seat]:
    """Start the application on a data folder; a second time on the same folder is a restart."""
    clock = clock or Hand()
    file = data / "config.toml"
    if config:
        file.write_text(config, encoding="utf-8")
    settings = load_settings(
        Overrides(config=file if config else None, data_dir=data, lang=lang), {"HOME": str(data)}
    )
    set_language(lang, {})
    composer = Composer(settings, environ or {}, clock, language=lang)
    app = ShiftdeckApp(composer, keymap_from(settings.keys), composer.workbench(settings.profile, user))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            seat = Seat(app, pilot, clock)
            await seat.until(lambda: seat.main.bench.link_state.state != "starting")
            await seat.until(lambda: seat.main.at_rest)
            yield seat
    finally:
        composer.close()
        set_language("en", {})
