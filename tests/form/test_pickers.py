"""Lists of the server: found as one types, picked by what was shown, named by what was picked."""

from __future__ import annotations

import pytest

from tests.form.forms import context, form, number, press, texts, type_chunk, values
from tui.form.choosing import exact, find
from tui.form.codec import codec_for
from tui.form.codecs.choice import SEVERAL
from tui.form.effects import Edited, Focused, Sought
from tui.form.flow import FormFlow
from tui.form.listing import LOOKING_UP
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field

ADA, BEN, CLEO = Choice("7", "Ada Lovelace"), Choice("8", "Ben Okri"), Choice("9", "Cleo Adams")
TEN = (ADA, BEN, CLEO, *(Choice(str(n), f"Person {n}") for n in range(10, 17)))


def who(kind: str = "entity", **more: object) -> Field:
    return Field(key="w", label="Who", kind=kind, source="users", **more)  # type: ignore[arg-type]


def opened(kind: str = "entity", **more: object) -> FormFlow:
    return FormFlow(form(who(kind, **more), number("n")))


def give(flow: FormFlow, *choices: Choice, query: str = "", complete: bool = True) -> None:
    flow.state.give_choices("w", choices, query=query, complete=complete)
    flow.relist("w")


def entry_of(flow: FormFlow) -> tuple[str, object]:
    entry = flow.state.entries["w"]
    return entry.text, entry.value


def pointed(flow: FormFlow) -> tuple[str, int | None]:
    assert flow.picker is not None
    return flow.picker.filter, flow.picker.meant


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_list_is_narrowed_and_numbered_here() -> None:
    for typed, value in (("ben\r", "8"), ("2\r", "8"), ("10\r", "16"), ("ad\r", "7"), ("adams\r", "9")):
        flow = opened()
        give(flow, *TEN)
        effects = type_chunk(flow, typed)
        assert not any(isinstance(effect, Sought) for effect in effects)
        assert values(flow.state)["w"] == value, typed
        assert flow.key == "n"


def test_what_is_typed_in_an_incomplete_list_is_sought_at_the_server() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    effects = type_chunk(flow, "o k")
    assert [effect for effect in effects if isinstance(effect, Sought)] == [
        Sought("w", "users", "o"),
        Sought("w", "users", "o"),
        Sought("w", "users", "o k"),
    ]
    assert press(flow, "backspace", "backspace", "backspace")[2:] == [
        Edited("w"),
        Sought("w", "users", "o"),
        Edited("w"),
    ]


def test_enter_takes_only_what_the_server_found_and_was_shown() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "ben")
    assert pointed(flow) == ("ben", None), "the server has not said yet who else is called so"
    give(flow, BEN, query="ben")
    assert pointed(flow) == ("ben", 0)
    assert press(flow, "enter") == [Edited("w"), Focused("n", "w")]
    assert entry_of(flow) == ("Ben Okri", "8")


def test_what_the_server_finds_by_other_means_than_the_name_is_offered() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "4711")
    give(flow, CLEO, query="4711")
    press(flow, "enter")
    assert entry_of(flow) == ("Cleo Adams", "9")


def test_of_several_that_were_found_one_is_pointed_at() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "ad")
    give(flow, ADA, CLEO, query="ad", complete=False)
    assert flow.picker is not None
    assert flow.picker.matches == [0, 1]
    assert flow.picker.meant == 0, "the only name that begins so"
    press(flow, "right", "right", "enter")
    assert entry_of(flow) == ("Cleo Adams", "9")


def test_the_number_of_a_row_means_nothing_where_rows_come_and_go() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "2")
    give(flow, ADA, BEN, query="2", complete=False)
    press(flow, "enter")
    assert entry_of(flow) == ("2", None)
    assert flow.state.doubtful() == ["w"]


def test_an_id_that_nobody_sees_is_nobodys_answer() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "8")
    give(flow, ADA, BEN, query="8", complete=False)
    press(flow, "enter")
    assert entry_of(flow) == ("8", None)


def test_who_types_faster_than_the_server_answers_is_asked_later_and_keys_go_on_in_order() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "ben\r5\r")
    assert (flow.key, texts(flow.state)) == ("n", {"w": "ben", "n": "5"})
    assert flow.state.problems()["w"] == LOOKING_UP
    assert flow.state.to_search("w") == "ben"
    give(flow, BEN, query="ben")
    assert flow.state.to_search("w") is None
    assert entry_of(flow) == ("ben", None), "it was not shown when Enter was pressed"
    assert flow.state.problems()["w"].message.params == {"choice": "Ben Okri"}
    press(flow, "f7", "right", "enter")
    assert entry_of(flow) == ("Ben Okri", "8")


def test_a_full_name_typed_before_the_list_came_becomes_the_answer_when_it_comes() -> None:
    flow = opened()
    type_chunk(flow, "ben okri\r5\r")
    assert entry_of(flow) == ("ben okri", None)
    assert not flow.state.changed().values.keys() & {"w"}
    give(flow, *TEN)
    assert entry_of(flow) == ("Ben Okri", "8")
    assert flow.state.changed().values == {"w": "8", "n": "5"}


def test_what_was_picked_keeps_its_name_when_the_list_holds_others() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    type_chunk(flow, "ben")
    give(flow, BEN, query="ben")
    press(flow, "enter", "f7", "z")
    assert entry_of(flow) == ("Ben Okri ▸ z", "8"), "what was picked stands while one looks for another"
    again = form(who(), number("n"), edits=flow.state.edits())
    assert (again.entries["w"].value, again.entries["w"].rest) == ("8", "z")
    assert again.entries["w"].field.choices == (Choice("8", "Ben Okri"),)
    give(flow, query="z")
    assert entry_of(flow) == ("Ben Okri", "8"), "nobody is called z"
    press(flow, "ctrl+z")
    assert entry_of(flow) == ("Ben Okri", "8")
    assert flow.state.summary()[0].text == "Ben Okri"
    again = form(who(), number("n"), edits=flow.state.edits())
    assert (again.entries["w"].value, again.summary()[0].text) == ("8", "Ben Okri")
    again.give_choices("w", (ADA,), complete=False)
    assert again.summary()[0].text == "Ben Okri"
    assert again.changed().values == {"w": "8"}


def test_the_servers_own_word_names_its_answer() -> None:
    state = form(who(), number("n"), answers={"w": Answer(value="8", text="Ben Okri")})
    assert state.summary()[0].text == "Ben Okri"
    state.give_choices("w", (ADA,), complete=False)
    assert state.summary()[0].text == "Ben Okri"
    state.entries["w"].pick("7")
    state.rebase({"w": Answer(value="9", text="Cleo Adams")})
    problem = state.problems()["w"]
    assert problem.message.english() == "Somebody else: Cleo Adams · mine: Ada Lovelace"


def test_an_option_pointed_at_stays_when_the_list_is_read_again() -> None:
    flow = opened()
    give(flow, *TEN, complete=False)
    press(flow, "right", "right")
    give(flow, CLEO, BEN, complete=False)
    press(flow, "enter")
    assert entry_of(flow) == ("Ben Okri", "8")
    flow = opened()
    give(flow, *TEN, complete=False)
    press(flow, "right", "right")
    give(flow, CLEO, complete=False)
    press(flow, "enter")
    assert entry_of(flow) == ("", None), "it is no longer shown, so Enter cannot mean it"


def test_a_list_that_holds_nobody_leaves_the_field_with_its_cursor() -> None:
    flow = opened()
    give(flow)
    assert flow.state.sources() == {"w": "users"}, "there may be somebody the next time"
    type_chunk(flow, "x\r")
    assert (flow.key, entry_of(flow)) == ("n", ("x", None))


# ── several of them ──────────────────────────────────────────────────────────────────────────────────────────────


def test_digits_toggle_and_letters_narrow() -> None:
    flow = opened("entities")
    give(flow, *TEN[:5])
    type_chunk(flow, "13ben\r5\r")
    assert values(flow.state) == {"w": ["7", "8", "9"], "n": "5"}
    press(flow, "f7", "1", "enter")
    assert values(flow.state)["w"] == ["8", "9"]


def test_space_toggles_what_is_pointed_at_and_what_the_letters_mean() -> None:
    flow = opened("entities")
    give(flow, *TEN)
    type_chunk(flow, "10 ben cl ")
    press(flow, "home")
    type_chunk(flow, " \r")
    assert values(flow.state)["w"] == ["7", "8", "9", "16"]


def test_half_a_name_is_not_added_in_passing() -> None:
    flow = opened("entities")
    give(flow, *TEN)
    type_chunk(flow, "2,cl")
    press(flow, "tab")
    assert entry_of(flow) == ("Ben Okri, cl", ["8"])
    assert flow.state.doubtful() == ["w"]
    assert not flow.state.changed()
    press(flow, "f7", "enter")
    assert entry_of(flow) == ("Ben Okri, Cleo Adams", ["8", "9"])
    assert flow.state.changed().values == {"w": ["8", "9"]}


def test_several_are_found_one_after_the_other_at_the_server() -> None:
    flow = opened("entities")
    give(flow, *TEN, complete=False)
    type_chunk(flow, "ben")
    give(flow, BEN, query="ben")
    effects = type_chunk(flow, " ")
    assert Sought("w", "users", "") in effects
    give(flow, *TEN, complete=False)
    type_chunk(flow, "cleo")
    give(flow, CLEO, query="cleo")
    press(flow, "enter")
    assert flow.state.entries["w"].value == ["9", "8"]
    assert flow.state.summary()[0].text == "Cleo Adams, Ben Okri"
    again = FormState.from_record([who("entities")], {}, flow.state.edits())
    assert again.summary()[0].text == "Cleo Adams, Ben Okri"


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("Ada Lovelace, Ben Okri", ["7", "8"], "Ada Lovelace, Ben Okri"),
        ("Ada Lovelace, be", ["7"], "Ada Lovelace, be"),
        ("be", None, "be"),
        ('["7"], be', ["7"], '["7"], be'),
    ],
)
def test_a_draft_of_several_comes_back_before_the_list(text: str, value: object, shown: str) -> None:
    edit = FieldEdit(text=text, value=value)  # type: ignore[arg-type]
    state = form(who("entities"), edits={"w": edit})
    assert (state.entries["w"].value, state.entries["w"].shown()) == (value, shown)
    state.give_choices("w", TEN)
    assert state.entries["w"].value == value


def test_several_of_the_server_are_named_by_its_words() -> None:
    state = form(who("entities"), answers={"w": Answer(value=["8", "7"], text="Ben Okri, Ada Lovelace")})
    assert state.summary()[0].text == "Ben Okri, Ada Lovelace"
    torn = form(who("entities"), answers={"w": Answer(value=["8", "7"], text="Okri, Ben, Ada Lovelace")})
    assert torn.summary()[0].text == "Okri, Ben, Ada Lovelace"
    torn.give_choices("w", TEN)
    assert torn.summary()[0].text == "Ben Okri, Ada Lovelace"


def test_a_draft_of_a_closed_task_is_left_over_only_where_the_server_holds_something_else() -> None:
    answers = {"w": Answer(value=["7", "8"], text="Ada Lovelace, Ben Okri")}
    for text, value, left in (
        ("Ada Lovelace, Ben Okri", ["7", "8"], None),
        ("Ada Lovelace, Ben Okri, cl", ["7", "8"], "Ada Lovelace, Ben Okri, cl"),
        ("Ada Lovelace", ["7"], "Ada Lovelace"),
    ):
        edit = FieldEdit(text=text, value=value)
        state = form(who("entities"), edits={"w": edit}, answers=answers, read_only=True)
        assert state.leftover("w").answer == left


def test_backspace_takes_the_text_first_and_then_the_picks() -> None:
    flow = opened("entities")
    give(flow, *TEN)
    type_chunk(flow, "2,xy")
    press(flow, "backspace", "backspace")
    assert entry_of(flow) == ("Ben Okri", ["8"])
    press(flow, "backspace")
    assert entry_of(flow) == ("", None)


@pytest.mark.parametrize("label", ["[Extern] Meier", "Meier, Anna", '["x"] Meier', "Meier"])
@pytest.mark.parametrize("more", ["", "Be"])
def test_a_name_with_signs_of_a_list_in_it_comes_back_from_the_draft(label: str, more: str) -> None:
    field = Field(key="t", label="T", kind="entities", source="users")
    listed = (Choice("7", label), Choice("8", "Berg, Bo"), Choice("9", "Bender"))
    state = form(field)
    state.give_choices("t", listed)
    state.entries["t"].pick(["7", "8"])
    if more:
        state.entries["t"].hold(more, SEVERAL, ["7", "8"])
    again = form(field, edits=state.edits())
    entry = again.entries["t"]
    assert (entry.value, entry.rest) == (["7", "8"], more)
    assert entry.codec.show(entry.field, entry.value, entry.ctx) == f"{label}, Berg, Bo"
    again.give_choices("t", listed)
    assert again.changed().values == ({} if more else {"t": ["7", "8"]})


def test_an_empty_list_is_no_answer_and_a_long_filter_names_nobody() -> None:
    field = Field(key="t", label="T", kind="multi_choice", choices=(Choice("7", "Meier"),))
    assert codec_for(field).parse(field, "[]", context()).value is None
    assert find(field.choices, "Meier" * 100_000) == []
    assert exact(field.choices, " " * 50 + "M e i e r") == 0
