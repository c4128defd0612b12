"""The only door for text: nothing from a server is markup or a control sequence."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.text import clean, content, cut, fit, from_html, wrap

HOSTILE = ["[/foo]", "[@click=app.quit]x[/]", "[red]x[/red]", "\\[", "[[", "[b"]


def test_markup_is_shown_literally() -> None:
    for text in HOSTILE:
        assert content(text).plain == text


def test_control_and_bidi_characters_are_taken_out() -> None:
    assert clean("a\x1b[31mb\x07c\x9bd\u202ee\u2066f\ufeffg\x00h") == "a[31mbcdefgh"


def test_line_breaks_become_spaces_on_one_line_and_stay_in_many() -> None:
    assert clean("a\r\nb\tc") == "a b c"
    assert clean("a\r\nb\tc", lines=True) == "a\nb    c"


@given(st.text())
def test_whatever_comes_nothing_harmful_is_left(text: str) -> None:
    for char in clean(text, lines=True):
        assert char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(max_size=80), st.integers(min_value=1, max_value=40))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), st.integers(min_value=2, max_value=30))
def test_wrap_never_makes_a_line_too_wide_and_loses_no_letter(text: str, width: int) -> None:
    safe = clean(text)
    lines = wrap(safe, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe.split())


def test_cut_marks_what_it_took() -> None:
    assert cut("Kühlschrank", 6) == "Kühls…"
    assert cut("Kühl", 6) == "Kühl"
    assert cut("x", 0) == ""


def test_html_becomes_lines() -> None:
    html = "<p>Check &amp; <b>clean</b></p><ul><li>one</li><li>two</li></ul>"
    assert from_html(html) == "Check & clean\n• one\n• two"
    assert from_html("a < b") == "a < b"
