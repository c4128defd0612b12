"""Every state is told by sign and word alone: without colour, in ASCII, on a grey screen, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from rich.color import Color

from tests.support.luminance import contrast, grey, luminance
from tests.ui.list_app import NOW, PERIOD, ZONE, ListApp, row
from tui.i18n import LANGUAGES, set_language
from tui.model.status import Phase, Status
from tui.ui.theme import THEMES
from tui.ui.widgets.board_lines import Canvas, count_lines
from tui.ui.widgets.board_panes import Pane
from tui.ui.widgets.execution_rows import BAD, CALM, LATE, MARK, PLAIN
from tui.workbench.figures import STANDINGS, Count, Heat

SEVEN = {
    "open": Status("open", Phase.OPEN),
    "in progress": Status("in_progress", Phase.ACTIVE),
    "in progress delayed": Status("in_progress_delayed", Phase.ACTIVE, True),
    "done": Status("done", Phase.DONE),
    "done delayed": Status("done_delayed", Phase.DONE, True),
    "denied": Status("denied", Phase.DENIED),
    "missed": Status("missed", Phase.MISSED),
}
STATES = {**SEVEN, "failed": Status("failed", Phase.FAILED), "failed, to be put right": Status("x", Phase.BROKEN)}
TITLE = "Round"
READABLE = 4.5
"""The least contrast of text with what it stands on (WCAG 2.1, AA)."""
WIDTHS = (40, 80, 160)


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param, {})
    yield request.param
    set_language("en", {})


def _rows_of(app: ListApp) -> list[str]:
    """What each row says before its title and below it: its sign and its word, as text and nothing else."""
    states = list(STATES.values())
    app.show(*(row(n, 30, state, TITLE, "", touched=-5) for n, state in enumerate(states)))
    said = []
    for n in range(len(states)):
        app.list.select(row(n).key)
        said.append(" ".join(line for line in app.lines() if line.startswith(("▌", ">"))))
    return said


def _told(line: str) -> str:
    """Without what is of one row alone: the cursor, the digit that opens it, and its moment."""
    words = line.replace("▌", " ").replace(">", " ").split(TITLE)[0 if "  " in line else 0].split()
    return " ".join(word for word in words if not word.isdigit())


@pytest.mark.parametrize("ascii_only", [True, False], ids=["ascii", "signs"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_sign_and_word_of_every_state_are_drawn_and_no_two_are_the_same(
    lang: str, width: int, ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ListApp(ascii_only=ascii_only)
    async with app.run_test(size=(width, 40)):
        said = _rows_of(app)
    print(said)
    assert 0
