"""What happens to an open form while others work: refreshes, conflicts, own answers coming back, a closed task."""

from __future__ import annotations

import pytest

from tests.form.forms import SUPPLIERS, choice, form, number, press, text, type_chunk, values
from tui.form.effects import Edited
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field


def bring_in(flow: FormFlow, **answers: Answer) -> None:
    with flow.steady():
        flow.state.rebase(answers)


# ── a refresh leaves alone what is open ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", [choice("a", allows_note=True), number("a", allows_note=True)])
def test_a_refresh_keeps_an_open_note(field: Field) -> None:
    flow = FormFlow(form(field, number("b"), position="a"))
    press(flow, "f5", "d", "o")
    bring_in(flow, b=Answer(value="7"))
    type_chunk(flow, "1r\r")
    assert flow.state.entries["a"].note == "do1r"
    assert values(flow.state) == {"a": None, "b": "7"}


def test_a_refresh_under_an_open_note_brings_a_newer_note_that_i_did_not_touch() -> None:
    flow = FormFlow(form(number("a", allows_note=True), answers={"a": Answer(note="old")}, position="a"))
    press(flow, "f5")
    bring_in(flow, a=Answer(value="3", note="newer"))
    type_chunk(flow, "!\r")
    assert (flow.state.entries["a"].note, flow.state.entries["a"].base_note) == ("newer!", "newer")


def test_a_refresh_keeps_the_jump_prompt_and_what_is_typed_in_it() -> None:
    flow = FormFlow(form(choice("a"), number("b"), number("c", label="Freezer")))
    press(flow, "f8", "f", "r")
    bring_in(flow, a=Answer(value="yes"))
    type_chunk(flow, "e\r")
    assert flow.key == "c"


def test_a_refresh_keeps_the_half_typed_filter_and_the_option_pointed_at() -> None:
    flow = FormFlow(form(choice("a", choices=SUPPLIERS), choice("b")))
    type_chunk(flow, "kar")
    press(flow, "right", "right")
    bring_in(flow, b=Answer(value="no"))
    assert flow.picker is not None
    assert (flow.picker.filter, flow.picker.option) == ("kar", 11)
    press(flow, "enter")
    assert values(flow.state)["a"] == "s11"
    press(flow, "right")
    bring_in(flow, b=Answer(value="yes"))
    press(flow, "enter")
    assert values(flow.state)["b"] == "na", "the option pointed at, not the answer that came"


def test_a_refresh_keeps_the_picks_of_several_and_the_half_typed_next_one() -> None:
    flow = FormFlow(form(choice("a", kind="multi_choice", choices=SUPPLIERS), number("b")))
    type_chunk(flow, "3,dor")
    bring_in(flow, b=Answer(value="7"))
    press(flow, "enter")
    assert values(flow.state)["a"] == ["s2", "s3"]


def test_a_refresh_keeps_the_text_cursor() -> None:
    flow = FormFlow(form(text("a"), number("b"), answers={"a": Answer(value="LOT7")}, position="a"))
    press(flow, "left")
    bring_in(flow, a=Answer(value="LOT7"), b=Answer(value="1"))
    press(flow, "-")
    assert flow.state.entries["a"].text == "LOT-7"


def test_a_newer_answer_under_an_untouched_cursor_is_shown_and_typing_replaces_it() -> None:
    flow = FormFlow(form(number("a"), number("b")))
    bring_in(flow, a=Answer(value="7"))
    assert flow.line is not None
    assert flow.line.text == "7"
    type_chunk(flow, "5\r")
    assert flow.state.changed().values == {"a": "5"}
    assert flow.state.changed().base == {"a": "7"}


# ── conflicts ────────────────────────────────────────────────────────────────────────────────────────────────────


def torn(**more: Answer) -> FormFlow:
    """Three numbers; ``b`` was 4, I made it 4,5, somebody else 9,9; the cursor is in ``a``."""
    state = form(number("a"), number("b", label="Fridge"), number("c"), answers={"b": Answer(value="4")})
    flow = FormFlow(state)
    type_chunk(flow, "\r4,5\r")
    flow.focus("a")
    bring_in(flow, b=Answer(value="9.9"), **more)
    return flow


def test_a_conflict_is_a_problem_with_both_values_and_is_not_sent() -> None:
    state = torn().state
    problem = state.problems()["b"]
    assert problem.kind == "conflict"
    assert problem.message.english() == "Somebody else: 9,9 · mine: 4,5"
    row = state.summary()[1]
    assert (row.conflict, row.problem) == (True, problem)
    assert not state.changed()
    assert state.held_back() == ["Fridge"]
    assert state.edits()["b"].text == "4,5"


@pytest.mark.parametrize(("digit", "sent", "text_"), [("1", "4.5", "4,5"), ("2", None, "9,9")])
def test_a_digit_decides_in_the_field_itself(digit: str, sent: str | None, text_: str) -> None:
    flow = torn()
    asking = [flow.asking]
    press(flow, "enter")
    assert [*asking, flow.asking] == [False, True]
    flow.seen()
    assert press(flow, digit) == [Edited("b")]
    assert (flow.key, flow.state.entries["b"].text, flow.asking) == ("b", text_, False)
    assert flow.state.changed().values == ({"b": sent} if sent else {})
    assert flow.state.changed().base == ({"b": "9.9"} if sent else {})
    type_chunk(flow, "2\r")
    assert values(flow.state)["b"] == "2", "a digit after the decision is an answer again"


def test_ctrl_z_after_taking_theirs_brings_mine_back_over_theirs() -> None:
    flow = torn()
    press(flow, "enter")
    flow.seen()
    press(flow, "2", "ctrl+z", "enter")
    assert flow.state.changed().values == {"b": "4.5"}
    assert flow.state.changed().base == {"b": "9.9"}


def test_any_other_key_edits_mine_and_the_conflict_stays_open() -> None:
    flow = torn()
    type_chunk(flow, "\r5,12\r")
    entry = flow.state.entries["b"]
    assert entry.text == "5,12"
    assert entry.conflict is not None
    assert flow.key == "c"
    press(flow, "f7", "left", "1")
    assert entry.text == "5,112"


def test_enter_goes_on_and_leaves_the_conflict_open() -> None:
    flow = torn()
    press(flow, "enter", "enter")
    assert flow.key == "c"
    assert flow.state.entries["b"].conflict is not None


def test_a_conflict_that_arises_under_the_cursor_changes_no_keys() -> None:
    flow = FormFlow(form(number("a"), number("b")))
    press(flow, "4")
    bring_in(flow, a=Answer(value="9"))
    asking = [flow.asking]
    press(flow, "2")
    assert flow.state.entries["a"].text == "42"
    flow.focus("a")
    assert [*asking, flow.asking] == [False, True], "who is led here (by the review) is asked"
    flow.seen()
    press(flow, "2")
    assert flow.state.entries["a"].text == "9"


def test_a_conflicted_choice_is_decided_the_same_way() -> None:
    state = form(number("n"), choice("a"), choice("b"), answers={"a": Answer(value="yes")})
    flow = FormFlow(state)
    flow.focus("a")
    press(flow, "3")
    bring_in(flow, a=Answer(value="no"))
    press(flow, "f7")
    flow.seen()
    press(flow, "2")
    assert (flow.key, values(state)["a"]) == ("a", "no")
    assert not state.changed()


def test_a_conflict_ends_by_itself_when_both_sides_agree_again() -> None:
    flow = torn()
    bring_in(flow, b=Answer(value="4"))
    assert flow.state.conflicts() == {}
    assert flow.state.changed().base == {"b": "4"}
    bring_in(flow, b=Answer(value="9.9"))
    type_chunk(flow, "\r9,9\r")
    assert flow.state.entries["b"].theirs is None
    assert not flow.state.changed()
    again = torn()
    type_chunk(again, "\r4,0\r")
    assert again.state.entries["b"].text == "9,9", "my change is taken back, so theirs is the answer"


def test_taking_their_note_keeps_my_answer() -> None:
    state = form(number("a", allows_note=True), answers={"a": Answer(value="1", note="old")})
    state.entries["a"].type("5")
    state.entries["a"].annotate("mine")
    state.rebase({"a": Answer(value="1", note="theirs")})
    assert state.changed().values == {"a": "5"}
    assert state.problems()["a"].message.english() == "Note of somebody else: theirs · mine: mine"
    state.entries["a"].resolve(mine=False)
    assert (state.entries["a"].note, state.entries["a"].text) == ("theirs", "5")


# ── what the server has taken of us ──────────────────────────────────────────────────────────────────────────────


def test_what_was_sent_becomes_the_base_and_no_conflict() -> None:
    state = form(number("a", allows_note=True), number("b"), number("c"), answers={"a": Answer(value="1")})
    for key in ("a", "b"):
        state.entries[key].type("4,5")
    state.entries["a"].annotate("door open")
    sent = state.changed()
    state.entries["b"].type("4,7")
    assert state.accepted({**sent.values, "gone": 1}, sent.notes) == ["a", "b"]
    assert state.changed().values == {"b": "4.7"}
    assert state.changed().base == {"b": "4.5"}
    state.rebase({"a": Answer(value=4.5, note="door open"), "b": Answer(value=4.5)})
    assert state.conflicts() == {}
    assert list(state.edits()) == ["b"]


def test_an_answer_taken_back_after_sending_stays_mine() -> None:
    state = form(number("a"), answers={"a": Answer(value="4")})
    state.entries["a"].type("5")
    state.entries["a"].type("4")
    state.accepted({"a": "5"}, {})
    assert state.changed().values == {"a": "4"}
    assert state.changed().base == {"a": "5"}


def test_what_another_window_sent_is_taken_where_nothing_was_typed() -> None:
    state = form(number("a", allows_note=True), answers={"a": Answer(value="4")})
    state.accepted({"a": "5"}, {"a": "n"})
    assert (state.entries["a"].text, state.entries["a"].note) == ("5", "n")
    assert not state.changed()


def test_an_own_answer_ends_a_conflict_that_came_before_it_was_taken() -> None:
    flow = torn()
    flow.state.accepted({"b": "4.5"}, {})
    assert flow.state.conflicts() == {}
    assert not flow.state.changed()


# ── what cannot be sent, what cannot be given back ───────────────────────────────────────────────────────────────


def test_what_is_held_back_is_named() -> None:
    state = form(
        number("a", label="Fridge"), number("b", maximum="7"), number("c"), number("d", required=True), number("e")
    )
    for key, typed in {"a": "abc", "b": "9", "c": "1.234", "e": "3"}.items():
        state.entries[key].type(typed)
    assert state.held_back() == ["Fridge", "b", "c"]
    assert state.changed().values == {"e": "3"}


def closed(edits: dict[str, FieldEdit], **answers: Answer) -> FormState:
    fields = (number("a", allows_note=True), choice("b"), text("c"))
    return form(*fields, answers=answers, edits=edits, read_only=True)


def test_a_task_closed_meanwhile_keeps_what_was_typed_beside_the_servers_answer() -> None:
    edits = {
        "a": FieldEdit(text="4,5", value="4.5", note="door open", base="4"),
        "b": FieldEdit(text="yes", value="yes"),
        "c": FieldEdit(text="x", value="x"),
        "old": FieldEdit(text="?", value="?"),
    }
    state = closed(edits, a=Answer(value="9"), b=Answer(value="no"), c=Answer(value="x"))
    assert state.kept_back() == {key: edits[key] for key in ("a", "b", "old")}
    left = state.leftover("a")
    assert (left.answer, left.note) == ("4,5", "door open")
    assert not state.leftover("c")
    assert values(state) == {"a": "9", "b": "no", "c": "x"}
    assert FormFlow(state).press("1", "1") is None
    assert not state.changed()
    state.rebase({"a": Answer(value="4.5", note="door open"), "b": Answer(value="no")})
    assert list(state.kept_back()) == ["b", "c", "old"]


def test_only_what_the_person_changed_is_left_over() -> None:
    note = closed({"a": FieldEdit(text="4", value="4", base="4", note="n")}, a=Answer(value="9"))
    assert (note.leftover("a").answer, note.leftover("a").note) == (None, "n")
    unread = closed({"a": FieldEdit(text="4,5,6", value=None)})
    assert unread.leftover("a").answer == "4,5,6"
    emptied = closed({"a": FieldEdit(base="4")}, a=Answer(value="4"))
    assert emptied.leftover("a").answer == ""


# ── lists that are read later ────────────────────────────────────────────────────────────────────────────────────


def test_fields_that_wait_for_their_choices_are_named_and_hold_their_draft_already() -> None:
    fields = (
        Field(key="e", label="e", kind="entity", source="users"),
        Field(key="r", label="r", kind="entity", source="users", read_only=True),
        choice("c"),
    )
    edit = FieldEdit(text="Ben", value="8", base="7")
    state = form(*fields, answers={"e": Answer(value="7", text="Ada")}, edits={"e": edit})
    assert state.sources() == {"e": "users"}
    assert state.entries["e"].shown() == "Ben"
    assert state.kept_back() == {}
    state.give_choices("e", (Choice("7", "Ada"), Choice("8", "Ben")))
    assert state.sources() == {}
    assert state.changed().values == {"e": "8"}
    assert form(*fields, read_only=True).sources() == {}


def test_blanks_are_no_answer() -> None:
    state = form(text("a", required=True))
    state.entries["a"].type("  ")
    assert not state.changed()
    assert state.problems()["a"].kind == "missing"


def test_texts_that_look_like_numbers_are_texts_and_numbers_are_numbers() -> None:
    state = form(text("t"), number("n"), answers={"t": Answer(value="4.50"), "n": Answer(value="4.50")})
    for entry in state.shown:
        entry.type("4.5")
    assert state.changed().values == {"t": "4.5"}


@pytest.mark.parametrize(("told_first", "theirs"), [(True, "4.5"), (False, "4.5"), (False, "6")])
def test_an_answer_taken_back_stays_so_whenever_the_sent_one_comes_back(told_first: bool, theirs: str) -> None:
    """4.5 was sent and is on its way; it was emptied since. What comes back is ours if it is what was sent."""
    state = form(number("a"), edits={"a": FieldEdit(base="4.5")})
    assert not state.changed()
    if told_first:
        state.accepted({"a": "4.5"}, {})
    state.rebase({"a": Answer(value=theirs)})
    assert state.changed().values == ({"a": None} if theirs == "4.5" else {})
    assert state.entries["a"].value == (None if theirs == "4.5" else "6")


def test_who_typed_what_the_server_had_sees_what_comes_after_it() -> None:
    state = form(number("a"), answers={"a": Answer(value="5")})
    state.entries["a"].type("5")
    state.rebase({"a": Answer()})
    assert state.entries["a"].value is None
    assert not state.changed()
