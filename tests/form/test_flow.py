"""The key machine: in order, into the field that was shown, nothing lost, Enter always goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form.forms import SUPPLIERS, choice, form, number, press, text, texts, type_chunk, values
from tui.form.effects import Edited, Focused
from tui.form.flow import FormFlow
from tui.model.execution import Answer
from tui.model.field import Choice, Field

FIVE = tuple(Choice(f"o{n}", f"Option {n}") for n in range(1, 6))


def test_one_chunk_fills_three_fields() -> None:
    flow = FormFlow(form(number("a"), number("b"), number("c")))
    type_chunk(flow, "5\r7\r9\r")
    assert values(flow.state) == {"a": "5", "b": "7", "c": "9"}
    assert flow.key == "c"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=12), min_size=2, max_size=12))
def test_any_texts_typed_with_enter_stand_where_they_belong(typed: list[str]) -> None:
    fields = [text(f"f{index}") for index in range(len(typed))]
    flow = FormFlow(form(*fields))
    printable = ["".join(c for c in one if c.isprintable()) for one in typed]
    type_chunk(flow, "\r".join(printable))
    # Blanks alone are no answer, and none stand in a field that was left.
    stands = [*(one if one.strip() else "" for one in printable[:-1]), printable[-1]]
    assert [flow.state.entries[field.key].text for field in fields] == stands


def test_scans_that_end_in_cr_lf_or_both_are_one_value_each() -> None:
    for ending in ("\r", "\n", "\r\n"):
        flow = FormFlow(form(text("a"), text("b"), text("c")))
        type_chunk(flow, f"0104\x1d17{ending}4711{ending}")
        assert values(flow.state) == {"a": "0104\x1d17", "b": "4711", "c": None}
        assert flow.key == "c"


def test_enter_goes_on_although_the_text_cannot_be_read_and_keeps_it() -> None:
    flow = FormFlow(form(number("a"), number("b", minimum="2", maximum="7"), number("c")))
    type_chunk(flow, "1.234\r9\rabc\r")
    assert texts(flow.state) == {"a": "1.234", "b": "9", "c": "abc"}
    assert flow.state.doubtful() == ["a", "b", "c"]
    kinds = {key: problem.kind for key, problem in flow.state.problems().items()}
    assert kinds == {"a": "ambiguous", "b": "limit", "c": "unreadable"}
    assert not flow.state.changed()


def test_a_digit_answers_a_choice_and_goes_on() -> None:
    flow = FormFlow(form(choice("a"), choice("b"), number("c")))
    effects = type_chunk(flow, "12")
    assert values(flow.state) == {"a": "yes", "b": "no", "c": None}
    assert effects == [
        Edited("a"),
        Focused("b", "a"),
        Edited("b"),
        Focused("c", "b"),
    ]


def test_without_auto_advance_a_digit_answers_and_stays() -> None:
    flow = FormFlow(form(choice("a"), choice("b")), auto_advance=False)
    type_chunk(flow, "12")
    assert values(flow.state) == {"a": "no", "b": None}
    type_chunk(flow, "\r3")
    assert values(flow.state) == {"a": "no", "b": "na"}


def test_the_reference_checklist_takes_the_promised_keys() -> None:
    flow = FormFlow(
        form(
            choice("wash"),
            choice("coat"),
            choice("floor"),
            number("fridge", unit="°C", minimum="2", maximum="7"),
            number("freezer", unit="°C", maximum="-15"),
            number("count", integer=True),
            choice("single", choices=FIVE),
            choice("multi", kind="multi_choice", choices=FIVE),
            choice("rating", choices=tuple(Choice(str(n), str(n)) for n in range(1, 6))),
            Field(key="time", label="time", kind="time", default="06:30"),
            text("batch"),
            choice("clean"),
        )
    )
    chunk = "1114,5\r-18\r120\r213\r4\r"
    type_chunk(flow, chunk)
    assert len(chunk) <= 22
    type_chunk(flow, "LOT-7\r2")
    assert values(flow.state) == {
        "wash": "yes",
        "coat": "yes",
        "floor": "yes",
        "fridge": "4.5",
        "freezer": "-18",
        "count": "120",
        "single": "o2",
        "multi": ["o1", "o3"],
        "rating": "4",
        "time": "06:30",
        "batch": "LOT-7",
        "clean": "no",
    }
    assert flow.state.doubtful() == []


@pytest.mark.parametrize("kind", ["choice", "multi_choice"])
def test_a_digit_that_is_no_choice_stays_with_all_that_follows_until_it_is_taken_back(kind: str) -> None:
    flow = FormFlow(form(choice("a", kind=kind), number("b")))
    type_chunk(flow, "7251")
    assert (flow.key, texts(flow.state)) == ("a", {"a": "7251", "b": ""})
    assert flow.state.entries["a"].value is None
    type_chunk(flow, "\r")
    assert flow.key == "b"
    assert texts(flow.state)["a"] == "7251"
    assert flow.state.doubtful() == ["a"]
    assert flow.state.problems()["a"].kind == "unreadable"


def test_digits_pick_again_after_a_wrong_one_was_taken_back() -> None:
    flow = FormFlow(form(choice("a"), number("b")))
    type_chunk(flow, "7x\x7f\x7f2")
    assert (flow.key, values(flow.state)["a"]) == ("b", "no")
    for keys in (("7", "ctrl+u"), ("7", "delete"), ("7", "ctrl+w")):
        again = FormFlow(form(choice("a"), number("b")))
        press(again, *keys, "3")
        assert values(again.state)["a"] == "na"


def test_a_stray_text_that_was_left_is_replaced_by_the_next_key_as_in_a_line() -> None:
    flow = FormFlow(form(choice("a"), choice("m", kind="multi_choice", choices=FIVE), number("b")))
    type_chunk(flow, "x\r3z\r")
    assert texts(flow.state) == {"a": "x", "m": "Option 3, z", "b": ""}
    press(flow, "f7")
    assert flow.picker is not None
    assert (flow.picker.filter, flow.picker.marked) == ("z", True)
    press(flow, "1")
    assert flow.state.entries["m"].value == ["o1", "o3"]
    press(flow, "f7", "backspace")
    assert texts(flow.state)["a"] == ""
    press(flow, "ctrl+z")
    assert texts(flow.state)["a"] == "x"
    press(flow, "2")
    assert values(flow.state)["a"] == "no"


def test_half_a_name_is_pointed_at_and_only_enter_takes_it() -> None:
    for leave in ("tab", "down", "f7", "f8"):
        flow = FormFlow(form(number("z"), choice("a"), number("b"), position="a"))
        type_chunk(flow, "y")
        assert flow.picker is not None
        assert flow.picker.meant == 0
        press(flow, leave)
        assert (texts(flow.state)["a"], values(flow.state)["a"]) == ("y", None)
        assert not flow.state.changed()
        assert flow.state.problems()["a"].message.params == {"choice": "yes"}
    flow = FormFlow(form(choice("a"), number("b")))
    type_chunk(flow, "y\r5\r")
    assert values(flow.state) == {"a": "yes", "b": "5"}
    flow = FormFlow(form(choice("a"), number("b")))
    type_chunk(flow, "yx\r5\r")
    assert (texts(flow.state)["a"], values(flow.state)) == ("yx", {"a": None, "b": "5"})


def test_the_full_name_is_an_answer_however_the_field_is_left() -> None:
    flow = FormFlow(form(choice("a"), choice("m", kind="multi_choice", choices=FIVE), number("b")))
    type_chunk(flow, "NO")
    press(flow, "tab")
    flow.paste("option 4")
    press(flow, "tab")
    assert values(flow.state) == {"a": "no", "m": ["o4"], "b": None}


def test_a_stray_letter_from_the_middle_of_a_word_means_nothing() -> None:
    for typed, value in (("e\r", None), ("es\r", None), ("ntf\r", "na")):
        labels = (Choice("y", "yes"), Choice("n", "no"), Choice("na", "entfällt"))
        flow = FormFlow(form(choice("a", choices=labels[:2] if value is None else labels), number("b")))
        type_chunk(flow, typed)
        assert values(flow.state)["a"] == value, typed


def test_what_alone_is_left_to_see_is_what_enter_takes() -> None:
    for typed in ("a", "us", "ust", "rid", "ar", "kar", "karl", "l", "1", "12", "x", "d"):
        flow = FormFlow(form(choice("a", choices=SUPPLIERS)))
        type_chunk(flow, typed)
        picker = flow.picker
        assert picker is not None
        if len(picker.matches) == 1:
            assert picker.meant == picker.matches[0], typed
        if picker.meant is not None:
            assert picker.matches[0] == picker.meant, typed


def test_the_second_word_of_a_name_finds_it_too() -> None:
    names = (Choice("1", "Ada Lovelace"), Choice("2", "Grace Hopper"), Choice("3", "Ada Hooper"))
    for typed, value in (("lo\r", "1"), ("hopp\r", "2"), ("ho\r", None), ("ada h\r", "3")):
        flow = FormFlow(form(choice("a", choices=names), number("b")))
        type_chunk(flow, typed)
        assert values(flow.state)["a"] == value, typed


def test_above_nine_choices_letters_and_numbers_find() -> None:
    for typed, value in (("dor\r", "s3"), ("12\r", "s11"), ("1\r", "s0"), ("karl\r", "s10"), ("a\r", "s0")):
        flow = FormFlow(form(choice("a", choices=SUPPLIERS), number("b")))
        type_chunk(flow, typed)
        assert values(flow.state)["a"] == value, typed
        assert flow.key == "b"


def test_what_fits_several_choices_is_kept_and_marked() -> None:
    flow = FormFlow(form(choice("a", choices=SUPPLIERS), number("b")))
    type_chunk(flow, "kar\r5\r")
    assert texts(flow.state) == {"a": "kar", "b": "5"}
    assert flow.state.problems()["a"].kind == "ambiguous"


def test_arrows_point_at_a_choice_and_enter_takes_it() -> None:
    flow = FormFlow(form(choice("a", choices=SUPPLIERS), choice("b")))
    type_chunk(flow, "kar")
    press(flow, "right", "right", "enter")
    assert values(flow.state)["a"] == "s11"
    press(flow, "end", "enter")
    assert values(flow.state)["b"] == "na"


def test_backspace_takes_an_answer_back() -> None:
    state = form(choice("a"), answers={"a": Answer(value="yes")})
    flow = FormFlow(state)
    state.position = "a"
    press(flow, "backspace", "enter")
    assert state.entries["a"].value is None
    assert state.changed().values == {"a": None}
    assert state.changed().base == {"a": "yes"}


def test_digits_toggle_several_choices_until_enter() -> None:
    flow = FormFlow(form(choice("a", kind="multi_choice", choices=FIVE), number("b")))
    type_chunk(flow, "1351\r9\r")
    assert values(flow.state) == {"a": ["o3", "o5"], "b": "9"}


def test_many_choices_are_found_one_after_the_other() -> None:
    for typed in ("3,12\r", "3+lda", "dor", "c 12\r"):
        flow = FormFlow(form(choice("a", kind="multi_choice", choices=SUPPLIERS), number("b")))
        type_chunk(flow, typed)
        press(flow, "enter")
    assert values(flow.state)["a"] == ["s2", "s11"]
    flow = FormFlow(form(choice("a", kind="multi_choice", choices=SUPPLIERS), number("b")))
    type_chunk(flow, "3,xyz\r5\r")
    assert flow.state.entries["a"].text == "Carlo, xyz"
    assert flow.state.doubtful() == ["a"]
    assert values(flow.state)["b"] == "5"


def test_a_preset_needs_only_enter_and_is_no_answer_before() -> None:
    state = form(Field(key="t", label="t", kind="time", default="06:30", required=True), choice("c", default="no"))
    flow = FormFlow(state)
    assert not state.changed()
    assert state.missing() == ["t"]
    type_chunk(flow, "\r\r")
    assert state.changed().values == {"t": "06:30", "c": "no"}


def test_typing_takes_the_place_of_a_preset_and_of_an_old_answer() -> None:
    state = form(number("a", default="3"), number("b"), answers={"b": Answer(value="4")})
    flow = FormFlow(state)
    type_chunk(flow, "5\r7\r")
    assert values(state) == {"a": "5", "b": "7"}


def test_arrows_edit_an_old_answer_instead_of_replacing_it() -> None:
    state = form(number("a"), number("b"), answers={"a": Answer(value="14")}, position="a")
    flow = FormFlow(state)
    press(flow, "tab", "f7", "left", "2", "enter")
    assert values(state)["a"] == "124"


def test_a_half_typed_text_from_a_draft_is_gone_on_with() -> None:
    state = form(text("a"), text("b"), position="a")
    FormFlow(state).press("x", "x")
    later = form(text("a"), text("b"), edits=state.edits(), position="a")
    type_chunk(FormFlow(later), "y\r")
    assert values(later)["a"] == "xy"


def test_a_remembered_place_does_not_make_the_servers_answer_half_typed() -> None:
    state = form(number("a"), answers={"a": Answer(value="4")}, position="a")
    type_chunk(FormFlow(state), "5\r")
    assert values(state)["a"] == "5"


def test_after_the_last_field_enter_goes_to_the_first_unanswered_else_stays() -> None:
    flow = FormFlow(form(number("a"), number("b"), number("c")))
    press(flow, "tab")
    type_chunk(flow, "2\r3\r")
    assert flow.key == "a"
    type_chunk(flow, "1\r")
    press(flow, "ctrl+end")
    assert press(flow, "enter") == []
    assert flow.key == "c"


def test_moving_without_accepting() -> None:
    flow = FormFlow(form(number("a"), Field(key="d", label="d", kind="description"), number("b"), number("c")))
    for key, where in (
        ("down", "b"),
        ("tab", "c"),
        ("tab", "c"),
        ("up", "b"),
        ("shift+tab", "a"),
        ("up", "a"),
        ("ctrl+end", "c"),
        ("f7", "b"),
        ("ctrl+home", "a"),
    ):
        press(flow, key)
        assert flow.key == where


def test_a_note_is_written_beside_the_answer() -> None:
    state = form(number("a", allows_note=True), number("b"))
    flow = FormFlow(state)
    type_chunk(flow, "9")
    press(flow, "f5")
    type_chunk(flow, "door open\r\r3\r")
    assert state.entries["a"].note == "door open"
    assert values(state) == {"a": "9", "b": "3"}
    assert state.changed().notes == {"a": "door open"}
    press(flow, "f7", "f5", "ctrl+u", "f5")
    assert flow.note is None


def test_a_field_without_notes_says_so() -> None:
    flow = FormFlow(form(number("a")))
    press(flow, "f5")
    assert flow.note is None
    assert flow.said is not None
    press(flow, "1")
    assert flow.said is None


@pytest.mark.parametrize(
    ("typed", "where"), [("3\r", "c"), ("Käl\r", "b"), ("kal\r", "b"), ("freezer\r", "c"), ("\r", "a")]
)
def test_jumping_by_number_or_letters(typed: str, where: str) -> None:
    flow = FormFlow(
        form(number("a", label="Fridge"), number("b", label="Kälteraum"), number("c", label="Deep freezer"))
    )
    press(flow, "f8")
    type_chunk(flow, typed)
    assert flow.key == where
    assert flow.jump is None
    assert values(flow.state) == {"a": None, "b": None, "c": None}


def test_a_jump_that_finds_nothing_stays_open_and_says_so() -> None:
    flow = FormFlow(form(number("a")))
    press(flow, "f8", "9", "enter")
    assert flow.jump is not None
    assert flow.said is not None
    press(flow, "f3")
    assert flow.jump is None


def test_a_digit_in_the_empty_field_picks_a_recent_text() -> None:
    flow = FormFlow(form(text("reason"), text("more")), recent={"reason": ["no delivery", "broken"]})
    type_chunk(flow, "2!\r1\r")
    assert values(flow.state) == {"reason": "broken!", "more": "1"}


def test_pasted_text_stays_in_its_field_and_never_submits() -> None:
    flow = FormFlow(form(text("a"), Field(key="l", label="l", kind="long_text"), number("n")))
    flow.paste("one\r\ntwo\tthree\x1d\x07\n")
    assert flow.key == "a"
    assert flow.state.entries["a"].text == "one two three\x1d"
    press(flow, "enter")
    flow.paste("one\r\ntwo\n")
    assert flow.key == "l"
    assert flow.state.entries["l"].text == "one\ntwo\n"
    press(flow, "enter")
    flow.paste("4,5\n")
    assert values(flow.state)["n"] == "4.5"
    assert flow.key == "n"


def test_enter_in_a_long_text_goes_on_and_ctrl_n_breaks_the_line() -> None:
    flow = FormFlow(form(Field(key="l", label="l", kind="long_text"), number("n")))
    press(flow, "a", "ctrl+n", "b", "up", "x", "down", "down", "down")
    assert flow.state.entries["l"].text == "ax\nb"
    assert flow.key == "n"
    press(flow, "up", "enter", "7", "enter")
    assert values(flow.state) == {"l": "ax\nb", "n": "7"}


def test_ctrl_z_brings_back_what_was_found() -> None:
    state = form(number("a"), choice("b"), answers={"a": Answer(value="4"), "b": Answer(value="no")}, position="a")
    flow = FormFlow(state)
    press(flow, "9", "ctrl+z")
    assert state.entries["a"].value == "4"
    press(flow, "tab", "backspace", "ctrl+z")
    assert state.entries["b"].value == "no"
    assert not state.changed()


def test_keys_of_the_screen_are_declined() -> None:
    flow = FormFlow(form(number("a"), choice("b")))
    for where in ("a", "b"):
        flow.focus(where)
        for key in ("f1", "f2", "f3", "f4", "f6", "f9", "f10", "escape", "pageup", "pagedown", "ctrl+p", "ctrl+q"):
            assert flow.press(key, None) is None, (where, key)
    closed = FormFlow(form(number("a"), read_only=True))
    assert closed.press("w", "w") is None
    assert closed.press("enter", "\r") is None
    assert closed.paste("x") == []


def test_accepting_writes_short_answers_as_they_were_read() -> None:
    flow = FormFlow(
        form(number("n"), Field(key="d", label="d", kind="date"), choice("c", choices=SUPPLIERS), text("x"))
    )
    type_chunk(flow, "4.5\r+1\rdor\r")
    assert texts(flow.state) == {"n": "4,5", "d": "12.05.2026", "c": "Dora", "x": ""}


def test_pointing_chooses_and_stays() -> None:
    flow = FormFlow(form(number("a"), choice("b"), choice("m", kind="multi_choice")))
    flow.choose("b", 1)
    assert (flow.key, flow.state.entries["b"].value) == ("b", "no")
    flow.choose("m", 0)
    flow.choose("m", 2)
    flow.choose("m", 0)
    assert flow.state.entries["m"].value == ["na"]


def test_what_cannot_be_read_is_not_called_answered_at_the_end() -> None:
    flow = FormFlow(form(Field(key="a", label="a", kind="json", required=True)), reviewed=True)
    type_chunk(flow, '{"a": }\r')
    assert flow.said is not None
    assert flow.said.english() == "1 still open, F10 reviews."
