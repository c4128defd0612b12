"""An application with nothing but the list, a clock that is set by hand, and rows to put in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult

from tests.support.screen import screen_lines
from tui.model.execution import Execution, Key
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.ui.theme import DARK
from tui.ui.widgets.execution_list import ExecutionList

ZONE = ZoneInfo("Europe/Berlin")
DAY = date(2026, 5, 11)
NOW = datetime(2026, 5, 11, 4, 12, tzinfo=UTC)
"""Monday, 06:12 at the site."""
PERIOD = Period.of_day(DAY, ZONE)
OPEN = Status("open", Phase.OPEN)
STARTED = Status("in_progress", Phase.ACTIVE)
LATE = Status("in_progress_delayed", Phase.ACTIVE, True)
DONE = Status("done", Phase.DONE)
MISSED = Status("missed", Phase.MISSED)


WIDE, NARROW = (80, 24), (40, 20)


def key(name: str | int) -> Key:
    return Key("kitchen", "intratool", str(name))


def row(
    name: str | int,
    minutes: float | None = 30,
    status: Status = OPEN,
    title: str | None = None,
    place: str = "Kitchen",
    touched: float | None = None,
) -> Execution:
    """An execution due ``minutes`` from now, last touched ``touched`` minutes from now."""
    return Execution(
        key=key(name),
        status=status,
        title=f"Task {name}" if title is None else title,
        place=place,
        due=None if minutes is None else NOW + timedelta(minutes=minutes),
        touched=None if touched is None else NOW + timedelta(minutes=touched),
        points=3,
        max_points=10,
        actor="Maria",
    )


def table(*rows: Execution) -> dict[Key, Execution]:
    return {each.key: each for each in rows}


def many(count: int = 60) -> list[Execution]:
    return [row(n, 5 + n) for n in range(count)]


class ListApp(App[None]):
    """``seconds`` is the clock that only runs forward; ``opened``, ``highlighted``, ``held`` note messages."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.seconds = 1000.0
        self.opened: list[str] = []
        self.highlighted: list[str | None] = []
        self.held: list[int] = []
        self.list = ExecutionList(ascii_only=ascii_only, monotonic=lambda: self.seconds)
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()

    def on_execution_list_opened(self, event: ExecutionList.Opened) -> None:
        self.opened.append(event.key.id)

    def on_execution_list_highlighted(self, event: ExecutionList.Highlighted) -> None:
        self.highlighted.append(event.key.id if event.key else None)

    def on_execution_list_held(self, event: ExecutionList.Held) -> None:
        self.held.append(event.count)

    def show(self, *rows: Execution) -> dict[Key, Execution]:
        """Fill the list from scratch."""
        rows_by_key = table(*rows)
        self.list.set_rows(rows_by_key, period=PERIOD, now=NOW, zone=ZONE)
        return rows_by_key

    def refresh_rows(
        self,
        rows: dict[Key, Execution],
        *,
        put: tuple[Execution, ...] = (),
        drop: tuple[str, ...] = (),
        minutes: float = 0,
    ) -> dict[Key, Execution]:
        """One refresh from the server: ``put`` adds or changes, ``drop`` removes."""
        new = dict(rows)
        added = {each.key for each in put if each.key not in rows}
        changed = {each.key for each in put} - added
        new.update(table(*put))
        removed = {key(name) for name in drop}
        for name in removed:
            del new[name]
        self.list.apply(new, added, changed, removed, NOW + timedelta(minutes=minutes))
        return new

    def quiet(self) -> None:
        """Nobody touches a key for six seconds, then the clock is looked at."""
        self.seconds += 6
        self.list.tick()

    @property
    def selected(self) -> str | None:
        return self.list.selected_key.id if self.list.selected_key else None

    def lines(self) -> list[str]:
        return screen_lines(self)

    def line_of(self, words: str) -> int:
        """The number of the one screen line that holds ``words``."""
        found = [n for n, line in enumerate(self.lines()) if words in line]
        assert len(found) == 1, (words, self.lines())
        return found[0]
