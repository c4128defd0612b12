"""Long texts: rows are found anew around an edit only, and only those in the window are drawn."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form.forms import form, text
from tests.ui.test_form_view import picture, shown
from tui.model.field import Field
from tui.ui.text import _cells, cells, cut
from tui.ui.widgets.form_text import Rows, glyph, glyphs
from tui.ui.widgets.form_wrap import Wrapped, row_starts

TEXTS = st.text(st.sampled_from("ab c\n 写é\u0301\x1d"), max_size=60)


def one_by_one(text: str, width: int) -> list[int]:
    """Wrapped character by character, from the beginning."""
    starts, column, after_space = [0], 0, 0
    for index, char in enumerate(text):
        if char == "\n":
            starts.append(index + 1)
            column, after_space = 0, index + 1
            continue
        size = cells(glyph(char))
        while column + size > width and starts[-1] < index:
            at = after_space if after_space > starts[-1] else index
            starts.append(at)
            column = cells(glyphs(text[at:index]))
        column += size
        if char == " ":
            after_space = index + 1
    return starts


@given(TEXTS, st.integers(2, 12))
def test_rows_begin_where_they_do_character_by_character(text: str, width: int) -> None:
    assert row_starts(text, width) == one_by_one(text, width)


@settings(max_examples=400)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), TEXTS), max_size=5), st.integers(2, 12))
def test_after_any_edit_they_are_those_of_the_new_text(
    text: str, edits: list[tuple[int, int, str]], width: int
) -> None:
    wrapped = Wrapped(width)
    assert wrapped.starts(text) == one_by_one(text, width)
    for at, gone, put in edits:
        text = text[:at] + put + text[at + gone :]
        assert wrapped.starts(text) == one_by_one(text, width)


def test_an_edit_in_a_long_text_keeps_its_other_rows() -> None:
    wrapped, long = Wrapped(60), "words of a long text " * 50_000
    wrapped.starts(long)
    asked = random.Random(7)
    for _ in range(20):
        at = asked.randrange(len(long))
        long = long[:at] + "x" + long[at:]
        again = Wrapped(60)
        assert wrapped.starts(long) == again.starts(long)


async def test_only_the_rows_in_the_window_are_made() -> None:
    state = form(Field(key="l", label="L", kind="long_text"), text("z"))
    async with shown(state) as (app, pilot):
        made: list[int] = []
        make = Rows.__getitem__

        def counted(rows: Rows, index: int) -> object:
            made.append(index)
            return make(rows, index)

        app.view.take_paste("one line\n" * 100_000)
        await pilot.pause()
        Rows.__getitem__ = counted  # type: ignore[method-assign, assignment]
        try:
            await pilot.press("x")
        finally:
            Rows.__getitem__ = make  # type: ignore[method-assign]
        assert 0 < len(made) < 1000
        assert "one line" in picture(app)
        await pilot.press("backspace", "up", "y")
        assert state.entries["l"].text.endswith("one line\nyone line\n")
        await pilot.press("enter")
        assert state.position == "z"


def test_no_pasted_text_is_kept_for_measuring() -> None:
    before = _cells.cache_info().currsize
    assert cells("w" * 5000) == 5000
    assert cut("写" * 5000, 10) == "写写写写…"
    assert _cells.cache_info().currsize <= before + 4
