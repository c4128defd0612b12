"""The state of a form: what is dirty, missing, doubtful, sent; and what happens when the server moves on."""

from __future__ import annotations

import pytest

from tests.form.forms import choice, form, number, press, text, type_chunk
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit
from tui.model.execution import Answer
from tui.model.field import Choice, Field


def test_a_fresh_form_is_clean_and_stands_on_the_first_unanswered() -> None:
    state = form(number("a"), number("b"), answers={"a": Answer(value=4)})
    assert state.position == "b"
    assert not state.changed()
    assert state.edits() == {}


def test_typing_back_the_servers_answer_is_no_change() -> None:
    state = form(number("a"), answers={"a": Answer(value=4.5)}, position="a")
    entry = state.entries["a"]
    entry.type("7")
    assert state.changed().values == {"a": "7"}
    entry.type("4,50")
    assert not state.changed()


def test_what_cannot_travel_is_in_the_draft_but_not_in_the_request() -> None:
    state = form(number("a", maximum="7"), number("b"))
    state.entries["a"].type("9")
    state.entries["b"].type("1.234")
    assert not state.changed()
    assert {key: edit.text for key, edit in state.edits().items()} == {"a": "9", "b": "1.234"}


def test_a_draft_comes_back_as_it_was() -> None:
    fields = (
        number("a", allows_note=True),
        choice("b"),
        Field(key="d", label="d", kind="date"),
        number("e"),
        text("f"),
    )
    state = form(*fields)
    flow = FormFlow(state)
    type_chunk(flow, "4.5\r2+1\rab.\r")
    state.entries["a"].note = "later"
    again = form(*fields, edits=state.edits(), position=flow.key)
    assert again.edits() == state.edits()
    assert again.position == "f"
    assert again.changed() == state.changed()
    assert again.doubtful() == ["e"]


def test_a_relative_date_in_a_draft_keeps_its_day() -> None:
    field = Field(key="d", label="d", kind="date")
    state = form(field, edits={"d": FieldEdit(text="+1", value="2026-01-02")})
    assert state.changed().values == {"d": "2026-01-02"}
    assert state.entries["d"].text == "02.01.2026"


def test_newer_answers_replace_what_i_did_not_touch() -> None:
    state = form(number("a"), number("b"), answers={"a": Answer(value="1")})
    assert state.rebase({"a": Answer(value="2", note="n"), "b": Answer(value="3")}) == ["a", "b"]
    assert (state.entries["a"].text, state.entries["a"].note, state.entries["b"].text) == ("2", "n", "3")
    assert not state.changed()


def test_both_changed_the_same_field_keeps_mine_and_names_theirs() -> None:
    state = form(number("a"), number("b"), answers={"a": Answer(value="1")})
    state.entries["a"].type("5")
    assert state.rebase({"a": Answer(value="2")}) == ["a"]
    assert state.conflicts() == {"a": Answer(value="2")}
    assert not state.changed()
    state.entries["a"].resolve(mine=True)
    assert state.conflicts() == {}
    assert state.changed().values == {"a": "5"}
    assert state.changed().base == {"a": "2"}
    state.rebase({"a": Answer(value="8")})
    state.entries["a"].resolve(mine=False)
    assert state.entries["a"].text == "8"
    assert not state.changed()


def test_after_sending_the_servers_answer_makes_the_field_clean() -> None:
    state = form(number("a"), text("b"))
    state.entries["a"].type("4,50")
    state.entries["b"].type("x")
    state.rebase({"a": Answer(value=4.5)})
    assert state.changed().values == {"b": "x"}


def test_a_draft_meets_a_server_that_moved_on() -> None:
    edits = {"a": FieldEdit(text="5", value="5", base="1"), "b": FieldEdit(text="2", value="2", base=None)}
    state = form(number("a"), number("b"), answers={"a": Answer(value="3"), "b": Answer(value="2")}, edits=edits)
    assert list(state.conflicts()) == ["a"]
    assert state.edits() == {"a": edits["a"]}
    assert not state.changed()


def test_notes_conflict_too() -> None:
    state = form(number("a", allows_note=True), answers={"a": Answer(note="old")})
    state.entries["a"].note = "mine"
    state.rebase({"a": Answer(note="theirs")})
    assert state.conflicts()["a"].note == "theirs"
    assert not state.changed()
    state.entries["a"].resolve(mine=True)
    assert state.changed().notes == {"a": "mine"}
    assert state.changed().base_notes == {"a": "theirs"}


def test_missing_is_what_somebody_can_fill_and_did_not() -> None:
    state = form(
        number("a", required=True),
        Field(key="f", label="f", kind="file", required=True),
        Field(key="h", label="h", kind="text", required=True, hidden=True),
        Field(key="r", label="r", kind="text", required=True, read_only=True),
    )
    assert state.missing() == ["a", "f"]
    state.entries["a"].type("nonsense")
    assert state.missing() == ["f"]
    assert state.doubtful() == ["a"]


def test_unknown_hidden_and_description_fields_are_never_sent() -> None:
    fields = (
        Field(key="u", label="u", kind="signature"),
        Field(key="h", label="h", kind="hidden", default="x"),
        Field(key="d", label="d", kind="description"),
        Field(key="r", label="r", kind="text", read_only=True),
    )
    state = form(
        *fields, answers={"u": Answer(value={"deep": [1]}), "h": Answer(value=7), "r": Answer(value="kept")}
    )
    flow = FormFlow(state)
    assert flow.current is None
    assert press(flow, "x", "enter", "backspace") == []
    assert not state.changed()
    assert state.entries["u"].value == {"deep": [1]}
    assert [entry.key for entry in state.shown] == ["u", "d", "r"]


def test_server_words_stand_on_their_field_until_it_is_changed() -> None:
    state = form(number("a"), number("b"))
    state.entries["a"].type("5")
    left = state.place_server_words({"a": ["Too high.", "Really."], "x": "What?"})
    assert left == {"x": "What?"}
    assert state.doubtful() == ["a"]
    assert state.problems()["a"].message.english() == "Too high. Really."
    assert state.changed().values == {"a": "5"}
    state.entries["a"].type("6")
    assert state.doubtful() == []


def test_the_summary_shows_labels_units_and_problems() -> None:
    state = form(
        Field(key="d", label="Head", kind="description"),
        choice("a", label="Clean?"),
        number("b", label="Fridge", unit="°C", required=True),
        Field(key="x.y ä", label="", kind="date"),
    )
    state.entries["a"].pick("no")
    state.entries["x.y ä"].type("11.5")
    rows = state.summary()
    assert [(row.number, row.label, row.text, row.answered) for row in rows] == [
        (1, "Clean?", "no", True),
        (2, "Fridge", "", False),
        (3, "x.y ä", "Mo 11.05.2026", True),
    ]
    assert rows[1].required
    assert rows[1].problem is not None


def test_a_picker_takes_the_cursor_before_its_choices_came_so_that_no_key_goes_elsewhere() -> None:
    state = form(Field(key="e", label="e", kind="entity", source="users"), answers={"e": Answer(value="7")})
    assert state.answerable_keys() == ["e"]
    assert form(Field(key="e", label="e", kind="entity")).answerable_keys() == []
    state.give_choices("e", (Choice("7", "Ada"), Choice("8", "Ben")))
    assert state.entries["e"].text == "Ada"
    assert not state.changed()


def test_equal_keys_are_one_field() -> None:
    state = form(text("a", label="first"), text("a", label="second"))
    assert [entry.field.label for entry in state.shown] == ["first"]


def test_a_half_typed_number_in_a_draft_keeps_its_comma() -> None:
    state = form(number("a"))
    state.entries["a"].type("4,")
    again = form(number("a"), edits=state.edits(), position="a")
    type_chunk(FormFlow(again), "5\r")
    assert again.changed().values == {"a": "4.5"}


@pytest.mark.parametrize("kind", ["text", "long_text"])
def test_blanks_alone_are_no_answer_and_no_other_answer(kind: str) -> None:
    field = Field(key="l", label="l", kind=kind)
    state = form(field, answers={"l": Answer(value="alt")})
    state.entries["l"].type(" ")
    assert state.changed().values == {"l": None}
    state.entries["l"].type("alt ")
    assert not state.changed()
    assert state.entries["l"].text == "alt "
    state.entries["l"].settle()
    assert state.entries["l"].text == "alt"
    empty = form(field)
    empty.entries["l"].type("  ")
    empty.entries["l"].settle()
    assert (empty.entries["l"].text, bool(empty.changed())) == ("", False)
