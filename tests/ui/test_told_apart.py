"""Every state is told by sign and word alone: without colour, in ASCII, on a grey screen, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from textual.theme import Theme

from tests.support.luminance import contrast, grey, luminance
from tests.ui.list_app import ListApp, row
from tui.i18n import LANGUAGES, say, set_language
from tui.model.status import Phase, Status
from tui.ui.theme import THEMES
from tui.ui.widgets.board_counts import count_lines
from tui.ui.widgets.board_lines import Canvas
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
CURSORS = ("▌", ">")
WORD = re.compile(r" [-·] |  +| (?=\d\d:)")
"""What stands behind the word of a state."""


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param, {})
    yield request.param
    set_language("en", {})


async def _said(app: ListApp, width: int) -> list[tuple[str, str]]:
    """Sign and word of every state, cut out of what stands on the screen, which is text and nothing else."""
    states = list(STATES.values())
    async with app.run_test(size=(width, 40)) as pilot:
        app.show(*(row(n, 30, state, TITLE, "", touched=-5) for n, state in enumerate(states)))
        found = []
        for n in range(len(states)):
            app.list.select(row(n).key)
            await pilot.pause()
            found.append([line[1:] for line in app.lines() if line.startswith(CURSORS)])
    if width == 40:
        return [(first.split(TITLE)[0].strip(), WORD.split(second[3:])[0]) for first, second in found]
    return [(line[3:6].strip(), WORD.split(line[6:])[0]) for (line,) in found]


@pytest.mark.parametrize("ascii_only", [True, False], ids=["ascii", "signs"])
@pytest.mark.parametrize("width", [40, 80, 160])
async def test_sign_and_word_of_every_state_in_the_list(
    lang: str, width: int, ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    said = await _said(ListApp(ascii_only=ascii_only), width)
    assert len(set(said)) == len(STATES), said
    assert len({sign for sign, _word in said}) == len(STATES), "the sign alone tells it too"
    assert all(sign and word for sign, word in said)
    assert [word for _sign, word in said] == [say(state.word) for state in STATES.values()], "at every width"
    if ascii_only:
        assert all(sign.isascii() for sign, _word in said)


@pytest.mark.parametrize("ascii_only", [True, False], ids=["ascii", "signs"])
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_sign_and_word_of_every_state_on_the_board(lang: str, width: int, ascii_only: bool) -> None:
    canvas = Canvas(width, ascii_only)
    lines = count_lines([Count(state, 3) for state in STATES.values()], canvas)
    if width < 80:
        found = [text.split(maxsplit=2) for line in lines for text, _part in line]
        tiles = [(sign, word.strip()) for sign, _number, word in found]
    else:
        tiles = [
            (above[0].split()[0], below[0].strip())
            for first in range(0, len(lines), 2)
            for above, below in zip(lines[first], lines[first + 1], strict=True)
        ]
    assert len(set(tiles)) == len(tiles) == len(STATES), tiles
    words = [say(state.word) for state in STATES.values()]
    assert [word for _sign, word in tiles][: len(SEVEN)] == words[: len(SEVEN)], "as in the rows"
    assert len({sign for sign, _word in tiles}) == len(STATES)
    open_ones = [word for (_sign, word), name in zip(tiles, STATES, strict=True) if not name.startswith("failed")]
    assert len(set(open_ones)) == len(SEVEN), "on the board the seven words alone are enough"


def test_the_seven_are_those_that_the_board_always_counts() -> None:
    assert [(one.phase, one.late) for one in STANDINGS] == [(one.phase, one.late) for one in SEVEN.values()]


def test_every_colour_of_a_strip_has_a_shape_and_a_letter_of_its_own(lang: str) -> None:
    assert len({heat.shape for heat in Heat}) == len(Heat)
    assert len({heat.ascii for heat in Heat}) == len(Heat)
    assert all(heat.ascii.isascii() for heat in Heat)
    assert len({say(heat.word) for heat in Heat}) == len(Heat)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_every_state_can_be_read_on_a_grey_screen(theme: Theme) -> None:
    app = ListApp()
    async with app.run_test(size=(160, 40)) as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        rows = [row(n, 30, state, touched=-5) for n, state in enumerate(STATES.values())]
        app.show(*rows)
        for chosen in (False, True):
            app.list.choose_only([one.key for one in rows] if chosen else [])
            for focus in (True, False):
                app.set_focus(app.list if focus else None)
                await pilot.pause()
                for one in rows:
                    app.list.select(one.key)
                    unreadable = _unreadable(app)
                    assert not unreadable, (chosen, focus, unreadable)


def _unreadable(app: ListApp) -> list[tuple[str, float]]:
    """What is written with too little contrast, when all colours are taken away and their luminance is left."""
    found = []
    for y in range(app.list.size.height):
        for segment in app.list.render_line(y):
            style = segment.style
            if not segment.text.strip() or style is None or style.color is None or style.bgcolor is None:
                assert not segment.text.strip(), segment
                continue
            front, back = (grey(colour.get_truecolor().hex) for colour in (style.color, style.bgcolor))
            if (value := contrast(front, back)) < READABLE:
                found.append((segment.text.strip(), round(value, 2)))
    return found


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_word_can_be_read_on_every_ground_of_the_theme(theme: Theme) -> None:
    """List, board, trees and blocks write with these colours, on these grounds: also where a cursor stands."""
    words = {"plain": theme.foreground, "late": theme.warning, "bad": theme.error, "mark": theme.accent}
    words["calm"] = theme.variables["calm"]
    grounds = {"background": theme.background, "surface": theme.surface, "panel": theme.panel}
    grounds["cursor"] = theme.variables["cursor"]
    found = {
        (word, ground): round(contrast(grey(str(front)), grey(str(back))), 2)
        for word, front in words.items()
        for ground, back in grounds.items()
    }
    assert not {pair: value for pair, value in found.items() if value < READABLE}


def test_a_grey_has_the_luminance_of_its_colour() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert grey("#ffffff") == "#ffffff"
    for colour in ("#ff8787", "#005f87", "#d7af5f"):
        assert luminance(grey(colour)) == pytest.approx(luminance(colour), abs=0.01)
