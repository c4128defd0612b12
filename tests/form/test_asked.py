"""Questions that the answers so far call for: the others are not shown, not missed and not sent."""

from __future__ import annotations

from tests.form.forms import choice, form, press, text
from tui.form.edit import FieldEdit
from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.model.field import Choice, Field, Only

DRINKS = (Choice("tea", "Tea"), Choice("milk", "Milk"), Choice("none", "None"))


def fields() -> tuple[Field, ...]:
    """A drink, what goes into tea, what goes into either, and something that is always asked."""
    return (
        choice("drink", choices=DRINKS, default="tea"),
        choice("leaf", choices=DRINKS[:2], only=(Only("drink", ("tea",)),)),
        text("sort", required=True, only=(Only("leaf"),)),
        text("sugar", only=(Only("drink", ("tea",)), Only("drink", ("milk",)))),
        text("rest"),
    )


def asked(state: FormState) -> list[str]:
    return [entry.key for entry in state.shown]


def test_a_preset_counts_as_the_answer_until_another_is_given() -> None:
    state = form(*fields())
    assert asked(state) == ["drink", "leaf", "sugar", "rest"]
    flow = FormFlow(state)
    press(flow, "2")
    assert asked(state) == ["drink", "sugar", "rest"]
    assert flow.key == "sugar", "the next question is one that is asked"
    press(flow, "shift+tab", "3")
    assert asked(state) == ["drink", "rest"]
    assert list(state.numbers.items()) == [("drink", 1), ("rest", 2)]


def test_what_is_not_asked_is_neither_missed_nor_sent_and_comes_back() -> None:
    state = form(*fields())
    flow = FormFlow(state)
    press(flow, "1", "1")
    assert (flow.key, state.missing()) == ("sort", ["sort"])
    press(flow, "G", "enter")
    assert state.values() == {"drink": "tea", "leaf": "tea", "sort": "G"}
    # What hangs from a question that is no longer asked goes with it.
    flow.focus("drink")
    press(flow, "3")
    assert state.values() == {"drink": "none"}
    assert not state.problems()
    flow.focus("drink")
    press(flow, "1")
    assert state.values()["sort"] == "G"


def test_what_is_said_about_a_question_that_is_not_asked_has_no_field() -> None:
    state = form(*fields())
    assert state.place_server_words({"sort": "No.", "rest": "Why?"}) == {"sort": "No."}


def test_a_draft_is_asked_as_it_was_left() -> None:
    state = form(*fields(), edits={"drink": FieldEdit(text="Milk", value="milk")})
    assert asked(state) == ["drink", "sugar", "rest"]


def test_undoing_an_answer_asks_as_before() -> None:
    state = form(*fields())
    flow = FormFlow(state, auto_advance=False)
    press(flow, "3")
    assert asked(state) == ["drink", "rest"]
    press(flow, "ctrl+z")
    assert asked(state) == ["drink", "leaf", "sugar", "rest"]
