"""Texts of any length in one line: only what can be seen is measured."""

from __future__ import annotations

from rich.cells import cell_len

from tui.ui.widgets.form_text import edited_line


def test_a_very_long_line_shows_the_part_around_the_cursor() -> None:
    text = "".join(chr(97 + number % 26) for number in range(10_000))
    for cursor in (0, 5, 39, 40, 41, 5_000, 9_999, 10_000):
        edited = edited_line(text, cursor, 40, selected=False)
        shown = "".join(span.text for span in edited.spans)
        assert cell_len(shown) <= 40
        assert shown.strip().strip("…") in text
        assert shown.startswith("…") == (cursor > 38), "what is hidden before it"
        assert shown.endswith("…") == (cursor < 9_000), "and behind it"
        before = shown[: edited.column]
        assert text[:cursor].endswith(before.strip("…"))


def test_a_line_that_fits_is_shown_whole() -> None:
    edited = edited_line("x" * 38, 38, 40, selected=False)
    assert "".join(span.text for span in edited.spans) == "x" * 38 + " "
