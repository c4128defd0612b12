"""What was answered in a choice stands until another one is taken; what is taken away can be brought back."""

from __future__ import annotations

import pytest

from tests.form.forms import SUPPLIERS, choice, form, number, press, texts, type_chunk, values
from tui.form.flow import FormFlow
from tui.model.field import Choice, Field
from tui.model.message import Message

PEOPLE = tuple(Choice(str(n), name) for n, name in enumerate(["Ada", "Ben", "Cleo", "Dora", "Emil"], start=7))


def answered(typed: str = "no\r", **more: object) -> FormFlow:
    """A choice that holds an answer, with the cursor in it, and a number behind it."""
    flow = FormFlow(form(choice("a", **more), number("n"), lang="en"))
    type_chunk(flow, typed)
    press(flow, "f7")
    assert flow.key == "a"
    return flow


def several(*picked: str) -> FormFlow:
    flow = FormFlow(form(Field(key="w", label="Who", kind="entities", source="users"), number("n"), lang="en"))
    flow.state.give_choices("w", PEOPLE)
    flow.relist("w")
    press(flow, *picked)
    return flow


@pytest.mark.parametrize("out", [["backspace"], ["escape"], ["ctrl+w"], ["ctrl+u"]])
@pytest.mark.parametrize("stray", ["x", "y", "n"])
def test_a_letter_never_takes_the_answer_away_and_every_way_back_restores_it(stray: str, out: list[str]) -> None:
    flow = answered()
    press(flow, stray)
    assert values(flow.state)["a"] == "no"
    press(flow, *out)
    assert flow.picker is not None
    assert flow.picker.filter == ""
    entry = flow.state.entries["a"]
    assert (entry.text, entry.value, entry.rest, entry.problem) == ("no", "no", "", None)


def test_letters_that_fit_nothing_are_left_behind_and_it_is_said() -> None:
    flow = answered()
    before = flow.state.entries["a"].edit()
    type_chunk(flow, "LOT4711")
    assert flow.state.entries["a"].edit() == before, "a code that was scanned here answers nothing by its digits"
    press(flow, "enter")
    assert (flow.key, values(flow.state)) == ("n", {"a": "no", "n": None})
    assert flow.said == Message(
        "“{typed}” fits none of the choices: “{answer}” stays.", {"typed": "LOT4711", "answer": "no"}
    )
    assert not flow.state.doubtful()


def test_what_fits_and_was_not_taken_is_asked_about_with_the_answer_kept() -> None:
    flow = answered("Alba\r", choices=SUPPLIERS)
    type_chunk(flow, "kar\t")
    entry = flow.state.entries["a"]
    assert (entry.value, entry.text, entry.rest) == ("s0", "Alba ▸ kar", "kar")
    assert flow.state.doubtful() == ["a"]
    again = form(choice("a", choices=SUPPLIERS), number("n"), edits=flow.state.edits(), position="a")
    assert (again.entries["a"].value, again.entries["a"].rest) == ("s0", "kar")
    resumed = FormFlow(again)
    press(resumed, "escape")
    assert (texts(again)["a"], again.doubtful()) == ("Alba", [])


def test_enter_takes_what_the_filter_means_and_a_full_name_is_the_answer() -> None:
    flow = answered()
    type_chunk(flow, "y\r")
    assert values(flow.state)["a"] == "yes"
    press(flow, "f7")
    type_chunk(flow, "n/a\t")
    assert values(flow.state)["a"] == "na"


def test_a_preset_is_offered_again_when_the_filter_is_gone() -> None:
    flow = FormFlow(form(choice("a", default="no"), number("n"), lang="en"))
    press(flow, "y", "backspace", "enter")
    assert values(flow.state)["a"] == "no"


def test_an_empty_choice_keeps_what_was_typed() -> None:
    flow = FormFlow(form(choice("a"), number("n"), lang="en"))
    type_chunk(flow, "LOT4711\r")
    assert texts(flow.state)["a"] == "LOT4711"
    assert flow.state.doubtful() == ["a"]


# ── several ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_backspace_takes_the_last_one_away_and_ctrl_z_brings_it_back() -> None:
    flow = several("3", "1", "5")
    assert values(flow.state)["w"] == ["7", "9", "11"]
    press(flow, "backspace")
    assert (values(flow.state)["w"], flow.said) == (["7", "9"], Message("Taken off. Ctrl+Z: as it was."))
    press(flow, "backspace", "backspace")
    assert values(flow.state)["w"] is None
    type_chunk(flow, "13\r")
    press(flow, "f7", "backspace", "ctrl+z")
    assert values(flow.state)["w"] == ["7", "9"]


def test_backspace_takes_away_the_one_that_is_pointed_at() -> None:
    flow = several("1", "2", "3", "home", "backspace")
    assert values(flow.state)["w"] == ["8", "9"]
    press(flow, "enter")
    assert values(flow.state)["w"] == ["8", "9"], "Enter does not take it again"
    press(flow, "f7", "ctrl+u")
    assert values(flow.state)["w"] is None


def test_enter_on_the_one_pointed_at_takes_it() -> None:
    flow = several("2", "home", "right", "right", "enter")
    assert (flow.key, values(flow.state)["w"]) == ("n", ["8", "9"])
    press(flow, "f7", "home")
    type_chunk(flow, "  \r")
    assert values(flow.state)["w"] == ["8", "9"], "what Space took off stays off"
    press(flow, "f7", "home", "right", "enter")
    assert values(flow.state)["w"] == ["8", "9"], "one that is chosen already stays chosen"


# ── texts that a digit picks ─────────────────────────────────────────────────────────────────────────────────────


def test_a_digit_after_a_picked_text_means_another_one_and_is_never_added() -> None:
    flow = FormFlow(
        form(Field(key="reason", label="Reason", kind="text")), recent={"reason": ["No delivery", "Broken"]}
    )
    type_chunk(flow, "12")
    assert texts(flow.state)["reason"] == "Broken"
    type_chunk(flow, "70")
    assert texts(flow.state)["reason"] == "Broken"
    assert flow.said is not None
    type_chunk(flow, " 2x")
    assert texts(flow.state)["reason"] == "Broken 2x"
    press(flow, "ctrl+u", "1", "left", "right", "1")
    assert texts(flow.state)["reason"] == "No delivery1", "who moved in it edits it"
