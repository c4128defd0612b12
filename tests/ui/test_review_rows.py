"""The rows of the review: columns that stand, long texts cut with care, gaps before answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.form.forms import choice, form, number, text
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Field
from tui.ui.screens.review_rows import LETTERS, SEND_WITHOUT, Review, ReviewRows
from tui.ui.text import cells
from tui.ui.widgets.form_values import Marks

LONG = "Temperatur der Kühlzelle hinten links neben der Rampe, gemessen in der Mitte des mittleren Regals"


def rows(review: Review, width: int) -> list[str]:
    drawn = ReviewRows(review, width, Marks())
    return [line.plain for line in (*drawn.gaps(), *drawn.others())]


def typed(**texts: str) -> dict[str, FieldEdit]:
    return {key: FieldEdit(text=value, value=value) for key, value in texts.items()}


@pytest.mark.parametrize("width", [37, 55, 67])
def test_no_row_is_wider_than_there_is_room_and_values_stand_below_each_other(width: int) -> None:
    fields = (
        number("a", label="Gas", required=True),
        text("b", label=LONG),
        text("c", label="Käse 芝士 🧀"),
        choice("d", label="Tür"),
    )
    edits = typed(b="x " * 80, c="ok")
    state = form(*fields, edits=edits, lang="en")
    drawn = rows(Review(state), width)
    assert max(cells(row) for row in drawn) <= width
    firsts = [row for row in drawn if row[:4].strip(" abc").isdigit()]
    assert len(firsts) == len(fields)
    starts = {len(row) - len(row[20:].lstrip()) for row in firsts if row.endswith("–")}
    assert len(starts) == 1


def test_a_long_label_and_a_long_answer_take_two_lines_and_are_marked_as_cut() -> None:
    state = form(text("b", label=LONG), edits=typed(b="wort " * 60), lang="en")
    drawn = rows(Review(state), 37)
    assert len(drawn) == 2
    assert drawn[1].rstrip().endswith("…")


def test_kinds_of_problems_have_headings_in_the_order_of_weight() -> None:
    fields = (
        number("limit", label="L", minimum="0", maximum="5"),
        number("ambiguous", label="A"),
        number("unread", label="U"),
        number("missing", label="M", required=True),
        number("refused", label="R"),
        number("other", label="O"),
    )
    edits = typed(limit="9", ambiguous="1.234", unread="warm", refused="4") | {
        "other": FieldEdit(text="4", value="4", base="3")
    }
    state = form(*fields, edits=edits, answers={"other": Answer(value="8")}, lang="de")
    state.place_server_words({"refused": "Nein."})
    review = Review(state)
    assert [gap.row.key for gap in review.gaps] == ["missing", "unread", "ambiguous", "limit", "refused", "other"]
    assert [gap.letter for gap in review.gaps] == list("abcdef")
    assert [gap.row.key for gap in review.needed] == ["missing"]
    assert [gap.row.key for gap in review.gaps if gap.left_out] == ["unread", "ambiguous", "limit", "other"]


def test_required_answers_that_cannot_travel_are_needed_unless_the_server_has_one() -> None:
    fields = (number("a", required=True, maximum="5"), number("b", required=True, maximum="5"))
    edits = typed(a="9") | {"b": FieldEdit(text="9", value="9", base="4")}
    state = form(*fields, edits=edits, answers={"b": Answer(value="4")}, lang="en")
    review = Review(state)
    assert [gap.row.key for gap in review.gaps] == ["a", "b"]
    assert [gap.row.key for gap in review.needed] == ["a"]


def test_an_answer_that_is_left_out_says_what_the_server_keeps() -> None:
    fields = (number("new", unit="°C"), number("old", unit="°C"), text("one"))
    edits = typed(new="warm") | {"old": FieldEdit(text="hot", base="4"), "one": FieldEdit(text="x", value="x")}
    review = Review(form(*fields, edits=edits, answers={"old": Answer(value="4")}, lang="en"))
    drawn = [line.plain.strip() for line in ReviewRows(review, 60, Marks()).left_out()]
    assert drawn[0] == "Not sent, kept here:"
    assert [line.split()[-2] for line in drawn[1:3]] == ["warm", "hot"]
    assert drawn[3:] == ["on the server it stays 4 °C"]


def test_a_refused_empty_answer_is_still_needed() -> None:
    state = form(number("a", required=True), lang="en")
    state.place_server_words({"a": "a is required"})
    assert [gap.row.key for gap in Review(state).needed] == ["a"]


def test_no_letter_leads_anywhere_but_to_its_gap_and_s_is_none_of_them() -> None:
    state = form(*(number(f"f{n}", required=True) for n in range(40)), lang="en")
    review = Review(state)
    assert SEND_WITHOUT not in LETTERS
    assert [gap.letter for gap in review.gaps[: len(LETTERS)]] == list(LETTERS)
    assert {gap.letter for gap in review.gaps[len(LETTERS) :]} == {""}
    assert review.by_letter("") is None
    found = review.by_letter("t")
    assert found is not None
    assert found.row.key == "f18"
    row = review.by_number("40")
    assert row is not None
    assert row.key == "f39"


def test_what_cannot_be_answered_here_is_said_and_the_first_gap_is_one_that_can() -> None:
    state = form(Field(key="sign", label="Sign", kind="signature", required=True), number("a", required=True))
    review = Review(state)
    assert review.first is not None
    assert review.first.row.key == "a"


def test_hostile_texts_are_shown_harmlessly() -> None:
    state = form(
        text("b", label="[/x]\x1b[2J"), edits={"b": FieldEdit(text="\u202egnp", value="\u202egnp", note="\x07[b]")}
    )
    drawn = "\n".join(rows(Review(state), 40))
    assert not set(drawn) & {"\x1b", "\u202e", "\x07"}
    assert "[/x]" in drawn
    assert "[b]" in drawn


def test_200_fields_are_laid_out_with_wide_numbers() -> None:
    state = form(*(text(f"f{n}", label=f"Question {n}") for n in range(200)), lang="en")
    drawn = rows(Review(state), 37)
    assert drawn[0].startswith("    1 Question 0")
    assert drawn[-1].startswith("  200 Question 199")


def json_field(key: str, **more: Any) -> Field:
    return Field(key=key, label=key, kind="json", **more)


def test_an_unreadable_text_that_stands_for_all_is_not_left_out() -> None:
    fields = (json_field("output"), json_field("a", required=True), json_field("b"))
    for asked, needed in ((fields[:1], {"output"}), (fields[1:], {"a"})):
        state = FormState.from_record(asked, {field.key: Answer(value='{"a": 1}') for field in asked})
        for field in asked:
            state.entries[field.key].type('{"a": }')
        found = Review(state)
        assert {gap.row.key for gap in found.needed} == needed
        problem = found.gaps[0].row.problem
        assert problem is not None
        assert problem.message.english() == "This is no JSON: look at line 1, column 7."
