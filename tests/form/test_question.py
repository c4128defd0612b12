"""1 and 2 at a conflict: they decide about what was painted, and about nothing else."""

from __future__ import annotations

import msgspec
import pytest

from tests.form.forms import SUPPLIERS, choice, form, number, press, text, type_chunk, values
from tui.form.flow import FormFlow
from tui.form.question import AGAIN, DECIDED
from tui.form.state import FormState
from tui.model.execution import Answer
from tui.model.field import Field


def bring_in(flow: FormFlow, value: str) -> None:
    with flow.steady():
        flow.state.rebase({"b": Answer(value=value)})


def asked(*, painted: bool = True) -> FormFlow:
    """``b`` was 4, I made it 7, somebody else 9; the cursor is there."""
    flow = FormFlow(form(number("a"), number("b"), number("c"), answers={"b": Answer(value="4")}))
    type_chunk(flow, "\r7\r")
    bring_in(flow, "9")
    flow.focus("b")
    if painted:
        flow.seen()
    return flow


def test_what_is_typed_ahead_decides_nothing() -> None:
    flow = asked(painted=False)
    flow.focus("a")
    type_chunk(flow, "5\r12\r")
    assert values(flow.state) == {"a": "5", "b": "12", "c": None}
    assert flow.state.entries["b"].conflict is not None


@pytest.mark.parametrize("typed", ["1", "2", "1\r", "2\t"])
def test_a_question_that_ended_by_itself_takes_a_late_digit_as_no_answer(typed: str) -> None:
    flow = asked()
    bring_in(flow, "4")
    assert not flow.asking
    type_chunk(flow, typed)
    assert values(flow.state)["b"] == "7"
    assert flow.said == DECIDED
    assert flow.state.changed().values == {"b": "7"}


def test_what_is_typed_on_at_once_is_an_answer_and_what_comes_after_the_sentence_too() -> None:
    flow = asked()
    bring_in(flow, "4")
    type_chunk(flow, "12\r")
    assert values(flow.state)["b"] == "12"
    flow = asked()
    bring_in(flow, "4")
    press(flow, "1")
    flow.seen()
    type_chunk(flow, "5\r")
    assert values(flow.state)["b"] == "5"


def test_another_answer_than_the_painted_one_is_asked_about_again() -> None:
    flow = asked()
    bring_in(flow, "99")
    press(flow, "2")
    assert (values(flow.state)["b"], flow.said, flow.asking) == ("7", AGAIN, True)
    flow.seen()
    press(flow, "2")
    assert values(flow.state)["b"] == "99"


def test_a_question_that_went_and_came_back_is_asked_again() -> None:
    flow = asked()
    bring_in(flow, "4")
    bring_in(flow, "9")
    press(flow, "2")
    assert (values(flow.state)["b"], flow.said) == ("7", AGAIN)


def test_a_key_that_is_not_the_forms_leaves_the_question_open() -> None:
    flow = asked()
    assert flow.press("f9") is None
    press(flow, "2")
    assert values(flow.state)["b"] == "9"


# ── a preset under the cursor ────────────────────────────────────────────────────────────────────────────────────


def test_the_preset_under_the_cursor_is_the_one_that_was_seen_until_the_cursor_leaves() -> None:
    older, newer = (
        [text("a", default="A"), text("b", default="A")],
        [text("a", default="B"), text("b", default="B")],
    )
    flow = FormFlow(form(*older))
    assert flow.renew_defaults(newer) == ["b"]
    press(flow, "enter")
    assert flow.state.changed().values == {"a": "A"}
    flow = FormFlow(form(*older))
    flow.renew_defaults(newer)
    press(flow, "tab", "f7", "enter", "enter")
    assert flow.state.changed().values == {"a": "B", "b": "B"}


def test_a_preset_that_comes_under_the_cursor_is_not_taken_unseen() -> None:
    flow = FormFlow(form(text("a"), text("b")))
    assert flow.renew_defaults([text("a", default="B")]) == []
    press(flow, "enter")
    assert not flow.state.changed()
    assert flow.state.entries["a"].offer == "B"


# ── the same record, asked anew under the cursor ─────────────────────────────────────────────────────────────────


def anew(flow: FormFlow, *fields: Field, answers: dict[str, Answer] | None = None) -> FormFlow:
    state: FormState = form(*fields, answers=answers, edits=flow.state.edits(), position=flow.state.position)
    now = FormFlow(state)
    now.go_on(flow)
    return now


def helped(field: Field) -> Field:
    return msgspec.structs.replace(field, help="Look again.")


def test_an_open_note_goes_on() -> None:
    fields = (number("a", allows_note=True), number("b"))
    flow = FormFlow(form(*fields))
    type_chunk(flow, "4")
    press(flow, "f5")
    type_chunk(flow, "dor")
    press(flow, "left")
    now = anew(flow, *map(helped, fields))
    type_chunk(now, "o\r5")
    entry = now.state.entries["a"]
    assert (entry.note, entry.text) == ("door", "45")


def test_a_jump_goes_on() -> None:
    flow = FormFlow(form(number("a"), number("b"), number("c", label="Freezer")))
    press(flow, "f8", "f", "r")
    now = anew(flow, number("a"), number("x"), number("b"), number("c", label="Freezer"))
    type_chunk(now, "e\r5")
    assert values(now.state) == {"a": None, "x": None, "b": None, "c": "5"}


def test_the_cursor_and_an_option_pointed_at_go_on() -> None:
    flow = FormFlow(form(text("a"), answers={"a": Answer(value="LOT7")}))
    flow.focus("a")
    press(flow, "left")
    now = anew(flow, helped(text("a")), answers={"a": Answer(value="LOT7")})
    type_chunk(now, "-")
    assert now.state.entries["a"].text == "LOT-7"
    flow = FormFlow(form(choice("a", choices=SUPPLIERS)))
    type_chunk(flow, "kar")
    press(flow, "right", "right")
    now = anew(flow, helped(choice("a", choices=SUPPLIERS[1:])))
    press(now, "enter")
    assert values(now.state)["a"] == "s11"


def test_a_question_that_was_painted_goes_on_and_one_that_comes_with_it_does_not_begin() -> None:
    fields = (number("a"), number("b"), number("c"))
    now = anew(asked(), *map(helped, fields), answers={"b": Answer(value="9")})
    assert now.asking
    press(now, "2")
    assert values(now.state)["b"] == "9"
    gone = anew(asked(), *map(helped, fields), answers={"b": Answer(value="4")})
    press(gone, "2")
    assert (values(gone.state)["b"], gone.said) == ("7", DECIDED)
    flow = FormFlow(form(number("b"), answers={"b": Answer(value="4")}))
    press(flow, "7")
    came = anew(flow, number("b"), answers={"b": Answer(value="9")})
    press(came, "2")
    assert values(came.state)["b"] == "72"


def test_a_preset_that_was_seen_stays_and_another_kind_of_question_begins_anew() -> None:
    flow = FormFlow(form(text("a", default="A"), text("b")))
    now = anew(flow, text("a", default="B"), text("b"))
    press(now, "enter")
    assert now.state.changed().values == {"a": "A"}
    now = anew(FormFlow(form(text("a", default="A"), text("b"))), text("a", default="B"), text("b"))
    press(now, "tab", "f7", "enter")
    assert now.state.changed().values == {"a": "B"}
    flow = FormFlow(form(text("a"), text("b")))
    type_chunk(flow, "x\r")
    flow.focus("a")
    now = anew(flow, number("z"), number("b"))
    assert now.jump is None
    assert now.key == "z"
