"""The open form on the screen while others work: what is drawn, and what its owner is told to keep or drop."""

from __future__ import annotations

import pytest
from textual.geometry import Offset

from tests.form.forms import choice, form, number, text, values
from tests.ui.test_form_view import chunk, picture, shown
from tui.form.state import FieldEdit
from tui.model.execution import Answer
from tui.model.field import Choice, Field


@pytest.mark.parametrize("field", [choice("a", allows_note=True), number("a", allows_note=True)])
async def test_a_refresh_keeps_the_open_note_and_the_cursor_in_it(field: Field) -> None:
    state = form(number("z"), field, answers={"z": Answer(value="1")}, position="a")
    async with shown(state) as (app, pilot):
        await pilot.press("z", "f7", "4", "tab", "f5", "d", "o")
        before = app.cursor_position
        app.view.apply_server({"z": Answer(value="9")})
        await pilot.pause()
        # The conflict of the field above takes a line, and the terminal's cursor moves along with the note.
        assert app.cursor_position == before + Offset(0, 1)
        await pilot.press("o", "r", "enter")
        assert state.entries["a"].note == "door"
        assert values(state)["a"] is None or values(state)["a"] == ""


async def test_a_conflict_is_asked_about_in_the_field_and_a_digit_decides() -> None:
    state = form(number("a", label="A"), number("b", label="Fridge"), answers={"b": Answer(value="4")}, lang="en")
    async with shown(state) as (app, pilot):
        told: list[tuple[object, ...]] = []
        app.view.keeper = lambda key, edit: told.append((key, edit and edit.text, edit and edit.base))
        await pilot.press("tab", "4", ".", "5", "enter", "f7")
        app.view.focus_field("a")
        app.view.apply_server({"b": Answer(value="9.9")})
        assert " ! 2 Fridge      4.5\n                 ! Somebody else: 9.9 · mine: 4.5" in picture(app)
        assert "keep mine" not in picture(app)
        await pilot.press("tab")
        assert "\n▌                  1 keep mine   2 take theirs" in picture(app)
        told.clear()
        await pilot.press("1")
        assert "Somebody else" not in picture(app)
        assert told == [("b", "4.5", "9.9")]


async def test_only_a_painted_question_takes_a_digit_and_a_late_one_is_told_so() -> None:
    state = form(number("a", label="A"), number("b", label="Fridge"), answers={"b": Answer(value="4")}, lang="en")
    async with shown(state) as (app, pilot):
        await pilot.press("tab", "7", "f7")
        app.view.apply_server({"b": Answer(value="9")})
        await chunk(app, pilot, "5\r12\r")
        assert values(state) == {"a": "5", "b": "12"}
        assert "1 keep mine   2 take theirs" in picture(app)
        app.view.apply_server({"b": Answer(value="4")})
        await pilot.press("2")
        assert values(state)["b"] == "12"
        assert "Already decided: nothing to choose any more." in picture(app)
        await pilot.press("2", "enter")
        assert values(state)["b"] == "2"


async def test_a_form_that_is_opened_anew_under_an_open_note_goes_on_with_it() -> None:
    fields = [number(f"f{index}", allows_note=True) for index in range(40)]
    state = form(*fields, position="f30")
    async with shown(state, 80, 20) as (app, pilot):
        await pilot.press("4", "f5", "d", "o")
        before = app.view.scroll_offset
        app.view.open(form(*fields, edits=state.edits(), position="f30"), carry=True)
        await pilot.press("o", "r", "enter", "5")
        assert app.view.scroll_offset == before
        now = app.view.state
        assert now is not None
        assert (now.entries["f30"].note, now.entries["f30"].text) == ("door", "45")


async def test_the_owner_is_told_when_nothing_is_left_to_keep() -> None:
    state = form(number("a"), text("b"), answers={"a": Answer(value="4")}, position="a")
    async with shown(state) as (app, pilot):
        told: list[tuple[str, FieldEdit | None]] = []
        app.view.keeper = lambda key, edit: told.append((key, edit))
        await pilot.press("5", "backspace", "4")
        assert [edit and edit.text for _, edit in told] == ["5", "", None]
        await pilot.press("tab", "x")
        told.clear()
        app.view.apply_server({"a": Answer(value="4"), "b": Answer(value="x")})
        assert told == [("b", None)]
        told.clear()
        await pilot.press("y", "backspace")
        assert [edit and edit.text for _, edit in told] == ["xy", None]


async def test_own_answers_that_were_taken_are_no_conflict_and_their_draft_follows() -> None:
    state = form(number("a"), number("b"), lang="en")
    async with shown(state) as (app, pilot):
        await pilot.press("4", "enter", "7")
        sent = state.changed()
        await pilot.press("5")
        told: list[tuple[str, object]] = []
        app.view.keeper = lambda key, edit: told.append((key, edit and (edit.text, edit.base)))
        app.view.accepted(sent.values, sent.notes)
        assert told == [("a", None), ("b", ("75", "7"))]
        app.view.apply_server({"a": Answer(value="4"), "b": Answer(value="7")})
        await pilot.pause()
        assert "!" not in picture(app)
        await pilot.press("1")
        assert values(state)["b"] == "751"


async def test_a_closed_form_shows_what_was_typed_beside_the_servers_answer() -> None:
    edits = {"a": FieldEdit(text="4.5", value="4.5", note="door\x1b[2J open", base=None)}
    state = form(number("a", label="Fridge"), edits=edits, answers={"a": Answer(value="9")}, read_only=True)
    async with shown(state) as (app, pilot):
        await pilot.press("1", "enter")
        assert picture(app).split("\n") == [
            " ! 1 Fridge      9",
            "                 ! you had: 4.5",
            "                 ! your note: door[2J open",
        ]


async def test_a_picker_whose_choices_came_later_is_answered_with_a_digit_and_the_note_stays_open() -> None:
    state = form(
        Field(key="e", label="Who", kind="entity", source="users"), number("n", allows_note=True), lang="en"
    )
    async with shown(state) as (app, pilot):
        await pilot.press("tab", "f5", "x")
        app.view.give_choices("e", (Choice("7", "Ada"), Choice("8", "Ben")))
        await pilot.press("y", "enter", "f7", "2", "enter")
        assert state.entries["n"].note == "xy"
        assert state.changed().values == {"e": "8"}


NARROW = """\
 ✓ 1 Fridge *          4.5 °C   2 to 7 °C
▌· 2 Core temperature   ___ °C
 · 3 Door closed?       1 yes   2 no
 · 4 Hands washed?
      1 yes   2 no   3 n/a
 · 5 Remarks of today
     ____
 · 6 A label that is far longer than that
     ____
 ✓ 7 Points            3   read-only"""


async def test_short_answers_stand_beside_their_labels_in_the_narrow_pane() -> None:
    fields = (
        number("a", label="Fridge", unit="°C", minimum="2", maximum="7", required=True),
        number("b", label="Core temperature", unit="°C", allows_note=True),
        choice("c", label="Door closed?", choices=(Choice("y", "yes"), Choice("n", "no"))),
        choice("d", label="Hands washed?"),
        text("e", label="Remarks of today"),
        number("f", label="A label that is far longer than that"),
        number("g", label="Points", read_only=True),
    )
    state = form(*fields, answers={"a": Answer(value="4.5"), "g": Answer(value=3)}, lang="en")
    async with shown(state, 46, 16) as (app, pilot):
        assert picture(app) == NARROW
        await pilot.press("7", ".", "2")
        assert picture(app).split("\n")[1] == "▌✓ 2 Core temperature  7.2  °C"
        assert app.cursor_position == Offset(26, 1)
        await pilot.press("f5", "x")
        assert picture(app).split("\n")[2] == "▌    ✎ x"
        assert app.cursor_position == Offset(8, 2)
        await pilot.press("f5", *"123456789012345")
        assert picture(app).split("\n")[1:3] == ["▌✓ 2 Core temperature", "▌    7.2123456789012345  °C"]
