"""An answer beyond its limits that is kept as a note; presets that are renewed; text of several lines."""

from __future__ import annotations

import msgspec
import pytest

from tests.form.forms import choice, form, number, press, text, texts, type_chunk, values
from tui.form.flow import FormFlow
from tui.form.noting import KEPT, STILL_NEEDED
from tui.form.state import FormState
from tui.model.execution import Answer
from tui.model.field import Field, Rule

# ── kept as a note ───────────────────────────────────────────────────────────────────────────────────────────────


def fridge(*, note: str = "", **more: object) -> FormFlow:
    field = number("a", unit="°C", minimum="2", maximum="7", allows_note=True, **more)
    return FormFlow(form(field, number("b"), answers={"a": Answer(note=note)}))


@pytest.mark.parametrize(
    ("before", "typed", "note"),
    [
        ("", "9,5", "9,5 °C"),
        ("door was open", "9,5", "door was open; 9,5 °C"),
        ("", "-18 °C", "-18 °C"),
    ],
)
def test_f5_on_an_answer_beyond_the_limits_and_enter_keep_it_as_the_note(
    before: str, typed: str, note: str
) -> None:
    flow = fridge(note=before)
    type_chunk(flow, typed)
    press(flow, "f5")
    entry = flow.state.entries["a"]
    assert (entry.note, entry.text) == (before, typed), "nothing is decided by looking"
    press(flow, "enter")
    assert (entry.note, entry.text, entry.value) == (note, "", None)
    assert flow.said == KEPT
    changed = flow.state.changed()
    assert (changed.values, changed.notes) == ({}, {"a": note})
    press(flow, "enter")
    assert flow.key == "b"


def test_words_behind_the_kept_answer_do_not_stick_to_it() -> None:
    flow = fridge()
    type_chunk(flow, "9\r")
    press(flow, "f7", "f5")
    type_chunk(flow, "door open\r")
    assert flow.state.entries["a"].note == "9 °C door open"
    assert values(flow.state)["a"] is None


@pytest.mark.parametrize("close", ["f3", "escape", "f5", "tab"])
def test_without_enter_answer_and_note_stay_as_they_were(close: str) -> None:
    flow = fridge(note="old")
    type_chunk(flow, "9")
    press(flow, "f5", "left", close)
    entry = flow.state.entries["a"]
    assert (entry.note, entry.text) == ("old", "9")


def test_what_was_written_beside_it_is_never_lost() -> None:
    flow = fridge(note="old")
    type_chunk(flow, "9")
    press(flow, "f5", "!", "f3")
    entry = flow.state.entries["a"]
    assert (entry.note, entry.text) == ("old; 9 °C !", "9")
    press(flow, "f5", "f5", "f5", "backspace")
    assert entry.note == "old; 9 °C !; 9 °C"
    flow = fridge()
    type_chunk(flow, "9")
    press(flow, "f5", "!", "backspace", "f3")
    assert flow.state.entries["a"].note == ""


def test_an_emptied_note_keeps_the_answer() -> None:
    flow = fridge()
    type_chunk(flow, "9")
    press(flow, "f5", "ctrl+u", "enter")
    assert (flow.state.entries["a"].note, texts(flow.state)["a"]) == ("", "9")


def test_a_needed_answer_is_still_asked_for_and_ctrl_z_brings_it_back() -> None:
    flow = fridge(required=True)
    type_chunk(flow, "9")
    press(flow, "f5", "enter")
    assert flow.said == STILL_NEEDED
    assert flow.state.missing() == ["a"]
    press(flow, "ctrl+z")
    assert flow.state.entries["a"].text == ""
    type_chunk(flow, "8\r")
    press(flow, "f7", "f5", "enter", "ctrl+z")
    assert (flow.state.entries["a"].text, flow.state.entries["a"].note) == ("8", "9 °C; 8 °C")


def test_inside_the_limits_f5_is_a_plain_note() -> None:
    flow = fridge()
    type_chunk(flow, "5")
    press(flow, "f5")
    type_chunk(flow, "fine\r")
    assert (flow.state.entries["a"].note, values(flow.state)["a"]) == ("fine", "5")


def test_the_problem_names_the_key_where_a_note_is_taken() -> None:
    with_note, without = number("a", maximum="7", allows_note=True), number("b", maximum="7")
    state = form(with_note, without, lang="en")
    for entry in state.shown:
        entry.type("9")
    assert [problem.message.id for problem in state.problems().values()] == [
        "Out of limits ({limits}): type it again, or F5 keeps it as a note.",
        "Out of limits ({limits}): type it again.",
    ]


def test_a_newer_note_that_comes_while_it_is_open_is_gone_on_with() -> None:
    flow = fridge(note="old")
    type_chunk(flow, "9")
    press(flow, "f5")
    with flow.steady():
        flow.state.rebase({"a": Answer(note="newer")})
    press(flow, "enter")
    assert flow.state.entries["a"].note == "newer; 9 °C"


# ── presets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def clock(default: object = "06:30") -> Field:
    return Field(key="t", label="t", kind="time", default=default)  # type: ignore[arg-type]


def renew(flow: FormFlow, *fields: Field) -> list[str]:
    with flow.steady():
        return flow.state.renew_defaults(fields)


def test_a_newer_preset_takes_the_place_of_an_untouched_offer() -> None:
    flow = FormFlow(form(clock(), number("b")))
    assert renew(flow, clock("06:31"), number("b"), number("gone")) == ["t"]
    assert flow.line is not None
    assert flow.line.text == "06:31"
    type_chunk(flow, "\r")
    assert values(flow.state)["t"] == "06:31"
    assert renew(flow, clock("06:32")) == []
    assert values(flow.state)["t"] == "06:31"


def test_a_preset_may_come_and_go_while_nobody_answered() -> None:
    flow = FormFlow(form(number("b"), clock(None), choice("c")))
    assert renew(flow, clock("06:31"), choice("c", default="no")) == ["t", "c"]
    assert renew(flow, clock(None), choice("c", default="no")) == ["t"]
    type_chunk(flow, "\r\r\r")
    assert values(flow.state) == {"b": None, "t": None, "c": "no"}


def test_what_was_typed_answered_or_taken_back_is_no_longer_offered_anything() -> None:
    state = form(clock(), answers={"t": Answer(value="05:00")})
    assert state.renew_defaults([clock("06:31")]) == []
    assert state.entries["t"].text == "05:00"
    flow = FormFlow(form(clock(), number("b")))
    type_chunk(flow, "7")
    assert renew(flow, clock("06:31")) == []
    press(flow, "backspace")
    assert renew(flow, clock("06:32")) == []
    assert texts(flow.state)["t"] == ""


def test_a_note_alone_in_a_draft_leaves_the_preset_offered() -> None:
    field = msgspec.structs.replace(clock(), allows_note=True)
    flow = FormFlow(form(field, number("b")))
    press(flow, "f5", "x", "enter")
    again = FormFlow(form(field, number("b"), edits=flow.state.edits()))
    press(again, "ctrl+home", "enter")
    assert (values(again.state)["t"], again.state.entries["t"].note) == ("06:30", "x")


def test_ctrl_z_brings_the_preset_back() -> None:
    flow = FormFlow(form(clock(), number("b")))
    press(flow, "7", "ctrl+z", "enter")
    assert values(flow.state)["t"] == "06:30"


# ── text of several lines ────────────────────────────────────────────────────────────────────────────────────────


def remarks(**more: object) -> FormState:
    return form(Field(key="l", label="l", kind="long_text"), number("n"), position="l", **more)  # type: ignore[arg-type]


def test_down_at_the_end_begins_a_line_and_from_an_empty_one_goes_on() -> None:
    flow = FormFlow(remarks())
    press(flow, "a", "down", "b", "down", "down")
    assert (flow.key, texts(flow.state)["l"]) == ("n", "a\nb")
    flow = FormFlow(remarks())
    press(flow, "down")
    assert (flow.key, texts(flow.state)["l"]) == ("n", "")


def test_down_only_passes_through_a_text_that_nobody_works_on() -> None:
    state = remarks(answers={"l": Answer(value="one\ntwo")})
    flow = FormFlow(state)
    press(flow, "down")
    assert (flow.key, state.changed().values) == ("n", {})
    press(flow, "up", "end", "down", "x", "enter")
    assert state.changed().values == {"l": "one\ntwo\nx"}


@pytest.mark.parametrize("leave", ["enter", "tab", "f7"])
def test_empty_lines_at_the_end_go_when_the_field_is_left(leave: str) -> None:
    state = form(number("z"), Field(key="l", label="l", kind="long_text"), number("n"), position="l")
    flow = FormFlow(state)
    press(flow, "a", "ctrl+n", "ctrl+n", "b", "ctrl+n", " ", "ctrl+n", leave)
    assert texts(state)["l"] == "a\n\nb"
    assert state.changed().values == {"l": "a\n\nb"}


def test_the_servers_own_empty_lines_are_no_change_of_mine() -> None:
    state = remarks(answers={"l": Answer(value="one\n\n")})
    flow = FormFlow(state)
    press(flow, "tab")
    assert texts(state)["l"] == "one\n\n"
    press(flow, "f7", "x", "backspace", "tab")
    assert not state.changed()


def test_a_pasted_text_keeps_its_breaks() -> None:
    flow = FormFlow(remarks())
    flow.paste("one\r\n\r\ntwo\n\n")
    press(flow, "enter")
    assert texts(flow.state)["l"] == "one\n\ntwo"


def test_a_draft_of_a_limit_keeps_the_way_to_the_note() -> None:
    field = text("a", allows_note=True)
    number_field = msgspec.structs.replace(field, kind="number", rules=(Rule("minmax", {"max": 7}),))
    state = form(number_field)
    state.entries["a"].type("9")
    again = FormFlow(form(number_field, edits=state.edits()))
    press(again, "f5", "enter")
    assert again.state.entries["a"].note == "9"
