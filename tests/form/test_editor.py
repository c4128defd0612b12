"""Editing a line and a text of several lines, without a screen."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tui.form.editor import LineEditor, LongEditor, many_lines, one_line, without_blank_lines

KEYS = (
    "left right home end backspace delete ctrl+left ctrl+right ctrl+w ctrl+k ctrl+u".split()  # noqa: SIM905
)


def typed(editor: LineEditor, *keys: str) -> str:
    for key in keys:
        assert editor.press(key, key if len(key) == 1 else None)
    return f"{editor.text[: editor.cursor]}|{editor.text[editor.cursor :]}"


def test_moving_and_deleting() -> None:
    assert typed(LineEditor("abc"), "left", "x") == "abx|c"
    assert typed(LineEditor("abc"), "home", "delete", "right", "backspace") == "|c"
    assert typed(LineEditor("one two"), "ctrl+left", "ctrl+k") == "one |"
    assert typed(LineEditor("one two"), "ctrl+w", "ctrl+w") == "|"
    assert typed(LineEditor("one two"), "home", "ctrl+right", "!") == "one!| two"
    assert typed(LineEditor("one"), "ctrl+u") == "|"


def test_long_texts_are_moved_in_and_cleaned_without_delay() -> None:
    # With a search that begins anew at every character, each of these takes minutes.
    editor = LineEditor("a" * 200_000 + " b")
    editor.word_left()
    assert editor.cursor == 200_001
    editor.word_left()
    assert editor.cursor == 0
    blank = "\n" * 200_000
    assert without_blank_lines(blank + "x") == blank + "x"
    assert without_blank_lines("x " + blank) == "x "


@given(st.text("a \n\tb", max_size=12))
def test_blank_lines_at_the_end_go_and_nothing_else(text: str) -> None:
    assert without_blank_lines(text) == re.sub(r"(\n[ \t]*)+\Z", "", text)


@given(st.text("aß_1 .,-\n", max_size=12), st.integers(0, 12))
def test_the_beginning_of_the_word(text: str, cursor: int) -> None:
    editor = LineEditor(text)
    editor.move_to(cursor)
    found = re.search(r"\w*\W*\Z", text[: editor.cursor])
    assert found is not None
    editor.word_left()
    assert editor.cursor == found.start()


def test_signs_that_words_are_spelled_with_are_kept() -> None:
    word, family = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f468\u200d\U0001f467"
    for kept in (word, family):
        assert (one_line(kept), many_lines(kept)) == (kept, kept)
    assert one_line("K\u00adhl\u200b") == "Khl"


def test_a_marked_text_is_replaced_by_typing_and_kept_by_moving() -> None:
    assert typed(LineEditor("old", selected=True), "n") == "n|"
    assert typed(LineEditor("old", selected=True), "end", "n") == "oldn|"
    assert typed(LineEditor("old", selected=True), "backspace") == "|"


def test_other_keys_are_declined() -> None:
    editor = LineEditor("a")
    assert not editor.press("f2", None)
    assert not editor.press("escape", "\x1b")
    assert editor.text == "a"


def test_rows_of_a_long_text() -> None:
    editor = LongEditor("first\nab\nthird")
    assert editor.vertical(-1)
    assert typed(editor, "x") == "first\nabx|\nthird"
    assert editor.vertical(-1)
    assert not editor.vertical(-1)
    assert typed(editor, "home", "!") == "!|first\nabx\nthird"
    assert editor.vertical(1, [0, 3])
    assert not editor.vertical(1, [0, 3])


def test_pastes() -> None:
    assert one_line("a\r\nb\tc\n") == "a b c"
    assert one_line("a\x1db\x1b[31m") == "a\x1db[31m"
    assert many_lines("a\r\nb\tc\rd\x07") == "a\nb    c\nd"


@given(
    st.lists(
        st.sampled_from(KEYS)
        | st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn", "Zs")),
        max_size=40,
    )
)
def test_the_cursor_never_leaves_the_text(keys: list[str]) -> None:
    editor = LineEditor("Start 12")
    for key in keys:
        editor.press(key, key if len(key) == 1 else None)
        assert 0 <= editor.cursor <= len(editor.text)
