"""What the board writes: counts in their places, heat strips, completion, at every width, without shapes too."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from rich.cells import cell_len

from tests.ui.list_app import DONE, LATE, MISSED, NOW, OPEN, PERIOD, STARTED, ZONE, row, table
from tui.i18n import LANGUAGES, say, set_language
from tui.model.execution import Execution
from tui.model.status import Phase, Status
from tui.ui.widgets.board_counts import count_lines, counts_height
from tui.ui.widgets.board_lines import (
    Canvas,
    Line,
    hatched,
    hours_line,
    legend_line,
    plot_lines,
    strip_columns,
    strip_line,
    strip_words,
    summary,
)
from tui.workbench.board import Board, board_of
from tui.workbench.figures import Figures

WIDTHS = [40, 60, 80, 120, 200]
DENIED = Status("denied", Phase.DENIED)
DONE_LATE = Status("done_delayed", Phase.DONE, True)
ROWS = [
    row(1, -90, title="Fridge", place="Kitchen [north]"),
    row(2, -20, LATE, place="Kitchen [north]"),
    row(3, 40, STARTED, place="Bar"),
    row(4, 300, OPEN, place="Bar"),
    row(5, -200, DONE, place="Bar", touched=-190),
    row(6, -150, DONE_LATE, place="Küche", touched=-100),
    row(7, -60, DENIED, place="Küche", touched=-60),
    row(8, -240, MISSED, place="倉庫"),
]


def text_of(line: Line) -> str:
    return "".join(text for text, _part in line)


async def board_with(*rows: Execution) -> tuple[Board, Figures]:
    board = await board_of(table(*rows), PERIOD, ZONE)
    return board, board.figures(NOW)


@pytest.mark.parametrize("width", WIDTHS)
async def test_every_count_has_its_whole_word(width: int) -> None:
    _board, figures = await board_with(*ROWS)
    for language in LANGUAGES:
        set_language(language, {})
        tiles = "\n".join(text_of(line) for line in count_lines(figures.counts, Canvas(width)))
        assert all(say(count.status.word) in tiles for count in figures.counts), tiles
    set_language("en", {})


@pytest.mark.parametrize("hours", range(24))
async def test_the_present_hour_never_cuts_a_label(hours: int) -> None:
    board, _figures = await board_with(*ROWS)
    figures = board.figures(PERIOD.start + timedelta(hours=hours, minutes=5))
    for width in WIDTHS:
        labels = text_of(hours_line(figures, ZONE, Canvas(width), "By assignment")).replace("done", "")
        strips = labels.removeprefix(" By assignment").replace("▾", " ").replace("…", " ")
        words = strips.split()
        assert all(len(word) == 2 for word in words if word.isdigit()), labels
        columns = strip_columns(24, width)
        at = labels.index("▾") - columns.name - 4 - hours * columns.slot
        assert f"▾{hours:02}" in labels or f"{hours:02}▾ " in f"{labels} ", (
            "it hides no digit: the hour has its name"
        )
        assert at == (0 if columns.slot < 3 else -1), labels
        assert len(labels.rstrip()) <= width


async def test_totals_say_which_profiles_they_lack() -> None:
    _board, figures = await board_with(*ROWS)
    line = text_of(summary(figures, None, Canvas(120), None, ["without shop (no link)"]))
    assert "overdue · without shop (no link)" in line


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_every_line_is_exactly_as_wide_as_the_board(width: int, ascii_only: bool) -> None:
    board, figures = await board_with(*ROWS)
    canvas = Canvas(width, ascii_only)
    lines = [hours_line(figures, ZONE, canvas, "By assignment"), legend_line(canvas)]
    lines += [strip_line(strip, figures, canvas, selected=True) for strip in board.strips(NOW)]
    lines += plot_lines(figures, None, ZONE, canvas, 8)
    for line in lines:
        assert cell_len(text_of(line)) == width, text_of(line)
    counts = count_lines(figures.counts, canvas)
    assert len(counts) == counts_height(len(figures.counts), width)
    assert all(cell_len(text_of(line)) <= width for line in [*counts, summary(figures, None, canvas, 3)])
    if ascii_only:
        written = "".join(map(text_of, [*counts, lines[0], lines[1], *lines[-8:]]))
        assert written.isascii(), written


@pytest.mark.parametrize("width", WIDTHS)
async def test_counts_stand_in_the_same_place_whatever_they_are(width: int) -> None:
    canvas = Canvas(width)
    none = [text_of(line) for line in count_lines((await board_with())[1].counts, canvas)]
    some = [text_of(line) for line in count_lines((await board_with(*ROWS))[1].counts, canvas)]
    for before, after in zip(none, some, strict=True):
        places = [[n for n, char in enumerate(line) if not char.isdigit()] for line in (before, after)]
        assert places[0] == places[1], "signs and words"


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_seven_states_are_told_apart_without_any_colour(ascii_only: bool) -> None:
    _board, figures = await board_with(*ROWS)
    for width in WIDTHS:
        if width < 80:
            found = [tile for line in count_lines(figures.counts, Canvas(width, ascii_only)) for tile in line]
            tiles = {(sign, word.strip()) for sign, _n, word in (text.split(maxsplit=2) for text, _part in found)}
        else:
            above, below = count_lines(figures.counts, Canvas(width, ascii_only))
            pairs = zip(above, below, strict=True)
            tiles = {(upper.split()[0], lower.strip()) for (upper, _part), (lower, _same) in pairs}
        assert len(tiles) == len({sign for sign, _word in tiles}) == 7, tiles
        assert len({word for _sign, word in tiles}) == 7, tiles


async def test_the_worst_state_of_an_hour_wins_and_the_sentence_says_it() -> None:
    board, figures = await board_with(*ROWS)
    found = {strip.name: strip for strip in board.strips(NOW)}
    kitchen = text_of(strip_line(found["Kitchen [north]"], figures, Canvas(80), selected=False))
    assert kitchen.count("█") == 4, "two cells for each of two hours"
    assert "Kitchen [north]" in kitchen
    assert strip_words(found["Kitchen [north]"], figures, ZONE) == (
        "Kitchen [north]: 0 of 2 closed, 2 overdue, worst: Overdue, 04:00-05:00"
    )
    plain = text_of(strip_line(found["Küche"], figures, Canvas(80, True), selected=True))
    assert plain.startswith(">K")
    assert {"t", "x"} <= set(plain)
    assert "worst: Missed" in strip_words(found["倉庫"], figures, ZONE)
    assert strip_words(found["Bar"], figures, ZONE) == "Bar: 1 of 3 closed"


async def test_the_worst_slot_is_told_with_its_day_where_there_are_several() -> None:
    last = row(1, -7 * 60, place="Bar")
    for days, told in ((2, "Sun 10 May 23:00-00:00"), (3, "Sun 10 May 22:00-00:00"), (60, "May")):
        period = msgspec.structs.replace(PERIOD, start=PERIOD.start - timedelta(days=days - 1))
        board = await board_of(table(last), period, ZONE)
        words = strip_words(board.strips(NOW)[0], board.figures(NOW), ZONE)
        assert words.startswith("Bar: 0 of 1 closed, 1 overdue, worst: Overdue, "), words
        assert told in words, words
        assert (":00-" in words) is (days < 60), words
    late = await board_of(table(row(1, 17.5 * 60, place="Bar")), PERIOD, ZONE)
    after = PERIOD.end + timedelta(hours=1)
    assert "23:00-00:00" in strip_words(late.strips(after)[0], late.figures(after), ZONE)


async def test_completion_is_drawn_beside_the_plan_and_the_period_before() -> None:
    done = [row(n, -360 + n, DONE, touched=-300) for n in range(30)]
    later = [row(100 + n, 600) for n in range(10)]
    yesterday = [row(200 + n, -1440 - n, DONE, touched=-1440) for n in range(20)]
    board, figures = await board_with(*done, *later, *yesterday)
    before = board.before(NOW)
    assert before is not None
    for canvas, full, line, dot in ((Canvas(80), "█", "─", "·"), (Canvas(80, True), "#", "-", ".")):
        drawn = [text_of(each) for each in plot_lines(figures, before, ZONE, canvas, 9)]
        assert "30 of 40 done" in drawn[0]
        body = "\n".join(drawn[1:-1])
        assert all(sign in body for sign in (full, line, dot)), body
        assert drawn[1].lstrip().startswith("40")
        assert "00" in drawn[-1]
    sums = text_of(summary(figures, before, Canvas(200), None))
    assert "30 of 40 done" in sums
    assert "before: 20 of 20 by now" in sums
    assert "90 of 120 points" not in sums
    assert "points (before: 60 of 200)" in sums


async def test_the_servers_count_is_told_only_while_it_differs() -> None:
    _board, figures = await board_with(*ROWS)
    assert "server" not in text_of(summary(figures, None, Canvas(200), figures.unfinished))
    told = text_of(summary(figures, None, Canvas(200), 9))
    assert "4 unfinished here, by the server's rules 9" in told, "the server is asked without days"


async def test_an_empty_day_and_a_hostile_name_draw_as_well() -> None:
    board, figures = await board_with()
    assert board.strips(NOW) == []
    assert len(plot_lines(figures, None, ZONE, Canvas(80), 6)) == 6
    nasty = msgspec.structs.replace(row(1, 5), place="[red]\x1b[2J\u202eevil" * 20)
    board, figures = await board_with(nasty)
    line = text_of(strip_line(board.strips(NOW)[0], figures, Canvas(60), selected=False))
    assert cell_len(line) == 60
    assert "\x1b" not in line
    assert "\u202e" not in line


async def test_a_week_has_days_as_columns() -> None:
    week = msgspec.structs.replace(PERIOD, end=PERIOD.end + timedelta(days=30))
    board = await board_of(table(*ROWS), week, ZONE)
    figures = board.figures(NOW)
    assert cell_len(text_of(hours_line(figures, ZONE, Canvas(80), "By assignment"))) == 80


def test_what_is_too_old_is_crossed_out_in_its_gaps_only() -> None:
    assert hatched(" a b   c ", ascii_only=False) == " a b╱╱╱c "
    assert hatched("a  b", ascii_only=True) == "a//b"
