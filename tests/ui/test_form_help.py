"""What helps while answering: completions, lists of the server, presets, how a date is understood, kept notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.form.forms import choice, form, number, text, type_chunk, values
from tests.ui.test_form_view import FIVE, picture, shown
from tui.form.flow import FormFlow
from tui.model.execution import Answer
from tui.model.field import Choice, Field
from tui.ui.screens.field_help import field_help

PEOPLE = tuple(Choice(str(number), name) for number, name in enumerate(["Ada", "Ben", "Cleo", "Dora"], start=7))


def who(kind: str = "entity") -> Field:
    return Field(key="w", label="Who", kind=kind, source="users")


def rows(shot: str) -> list[str]:
    return shot.split("\n")


def test_the_help_names_what_the_server_has_and_not_what_it_had() -> None:
    state = form(number("a", label="Pressure"), answers={"a": Answer(value="5.5")}, lang="en")
    flow = FormFlow(state)
    type_chunk(flow, "8")
    entry = state.entries["a"]
    assert "The server still has: 5.5" in field_help(state, entry, "F5")
    state.rebase({"a": Answer(value="7.7")})
    said = field_help(state, entry, "F5")
    assert "Now: Somebody else: 7.7 · mine: 8" in said
    assert not any("5.5" in line for line in said)


# ── completions ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_path_is_completed_with_right_and_shown_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "phone.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    state = form(Field(key="f", label="Photo", kind="file"), number("n"), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        await pilot.press(*"phot")
        assert rows(picture(app))[1:3] == ["▌    photos/", "▌    ▸ photos/"]
        assert app.cursor_position.x == len("▌    phot")
        assert state.entries["f"].text == "phot"
        await pilot.press("right")
        assert state.entries["f"].text == "photos/"
        await pilot.press("ctrl+u", *"pho")
        assert rows(picture(app))[2].startswith("▌    ▸ phone.txt  photos/")
        await pilot.press("enter")
        assert "▸" not in picture(app)
        assert state.entries["f"].text == "pho"


# ── lists of the server ──────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_typed_is_asked_of_the_owner_and_what_comes_is_offered() -> None:
    state = form(who(), number("n"), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        asked: list[tuple[str, str, str]] = []
        app.view.searcher = lambda *question: asked.append(question)
        assert "searching …" in picture(app)
        app.view.give_choices("w", PEOPLE[:2], complete=False)
        assert rows(picture(app))[2] == "▌    Ada  Ben"
        await pilot.press("c", "l")
        assert asked == [("w", "users", "c"), ("w", "users", "cl")]
        assert "searching …" in picture(app)
        app.view.give_choices("w", PEOPLE[2:3], query="cl")
        assert rows(picture(app))[1:3] == ["▌    > cl  type to find, ◂ ▸ choose, Enter takes it", "▌    ▸Cleo"]
        await pilot.press("enter")
        assert values(state)["w"] == "9"
        assert rows(picture(app))[1:3] == ["     Cleo", "     a list that is searched as you type"]


async def test_what_is_typed_before_the_first_page_came_is_searched_when_it_came() -> None:
    state = form(who(), number("n"), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        asked: list[tuple[str, str, str]] = []
        told: list[tuple[str, object]] = []
        app.view.searcher = lambda *question: asked.append(question)
        app.view.keeper = lambda key, edit: told.append((key, edit and (edit.text, edit.value)))
        await pilot.press(*"dora", "enter", "5")
        asked.clear()
        app.view.give_choices("w", PEOPLE[:2], complete=False)
        assert asked == [("w", "users", "dora")]
        told.clear()
        app.view.give_choices("w", PEOPLE[3:], query="dora")
        assert told == [("w", ("Dora", "10"))], "the draft follows"
        await pilot.press("6")
        assert values(state) == {"w": "10", "n": "56"}


async def test_several_are_shown_with_their_marks_while_one_types_on() -> None:
    state = form(who("entities"), number("n"), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        app.view.give_choices("w", PEOPLE)
        await pilot.press("2", *"cl")
        assert rows(picture(app))[1:3] == ["▌    [ ]1 Ada [x]2 Ben [ ]3 Cleo [ ]4 Dora", "▌    > cl"]
        await pilot.press("space", "tab")
        assert rows(picture(app))[1:3] == ["     Ben, Cleo", "     4 choices"]


async def test_a_click_picks_from_what_was_found() -> None:
    state = form(number("n"), who(), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        app.view.give_choices("w", PEOPLE[:3], complete=False)
        await pilot.press("tab", "c")
        app.view.give_choices("w", PEOPLE[1:3], query="c", complete=False)
        line = next(index for index, row in enumerate(rows(picture(app))) if "Ben" in row)
        await pilot.click(app.view, offset=(rows(picture(app))[line].index("Cleo") + 1, line))
        assert values(state)["w"] == "9"


async def test_a_half_named_choice_is_pointed_at_and_a_wrong_digit_is_seen() -> None:
    state = form(choice("a", label="A"), choice("m", label="M", kind="multi_choice", choices=FIVE[:2]), lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        await pilot.press("n", "o", "backspace", "o", "backspace")
        assert rows(picture(app))[0:2] == ["▌· 1 A   1 yes   2 no   3 n/a", "▌    > n"]
        await pilot.press("o")
        assert rows(picture(app))[0].endswith("1 yes  [2 no]  3 n/a")
        await pilot.press("ctrl+u", "7", "tab")
        assert rows(picture(app))[0:3] == [
            " ! 1 A   1 yes   2 no   3 n/a",
            "     7",
            "     ! None of the choices fits this.",
        ]
        await pilot.press("f7", "y")
        assert rows(picture(app))[0:2] == ["▌! 1 A  ▸1 yes   2 no   3 n/a", "▌    > y"]


# ── presets ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_preset_is_shown_also_where_it_cannot_be_changed() -> None:
    state = form(
        Field(key="t", label="Time", kind="time", default="06:30"),
        number("n", label="Count", default=3),
        text("l", label="Line", default="A 7", read_only=True),
        Field(key="w", label="Who", kind="entity", default="8", choices=PEOPLE, read_only=True),
        choice("s", label="Seen", kind="multi_choice", choices=FIVE, default=["o1", "o2"], read_only=True),
        Field(key="r", label="Text", kind="long_text", default="one"),
        text("e", label="Empty", read_only=True),
        lang="en",
    )
    async with shown(state, 50, 14) as (app, _pilot):
        shot = picture(app)
        only = "   read-only"
        for words in ("(3)", f"A 7{only}", f"Ben{only}", f"2{only}", "one", "—", "preset: Enter takes it"):
            assert words in shot, shot
        assert state.changed().values == {}


async def test_a_newer_preset_is_drawn_and_named() -> None:
    clock = Field(key="t", label="Time", kind="time", default="06:30")
    state = form(number("a"), clock, lang="en")
    async with shown(state) as (app, pilot):
        newer = Field(key="t", label="Time", kind="time", default="06:31")
        assert app.view.renew_defaults([newer]) == ["t"]
        await pilot.pause()
        assert "(06:31)" in picture(app)
        await pilot.press("tab")
        app.view.renew_defaults([clock])
        assert "06:31    preset: Enter takes it" in picture(app), "what is read is what Enter takes"
        await pilot.press("f7")
        assert "(06:30)" in picture(app)
        app.view.clear()
        assert app.view.renew_defaults([clock]) == []


# ── dates, notes ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_how_a_date_is_understood_is_shown_while_it_is_typed() -> None:
    state = form(Field(key="d", label="Day", kind="date"), number("n"), answers={}, lang="en")
    async with shown(state) as (app, pilot):
        await pilot.press(*"110526")
        assert "110526    = Mon 11 May 2026" in picture(app)
        await pilot.press("enter")
        assert rows(picture(app))[0] == " ✓ 1 Day         Mon 11 May 2026"
        await pilot.press("f7")
        assert "2026-05-11" in rows(picture(app))[0]


async def test_an_answer_beyond_the_limits_is_kept_as_a_note_and_that_is_said_under_the_field() -> None:
    field = number("a", label="Fridge", unit="°C", minimum="2", maximum="7", allows_note=True, help="Middle shelf")
    state = form(field, number("b"), lang="en")
    async with shown(state) as (app, pilot):
        await pilot.press("9", "enter", "f7")
        assert rows(picture(app))[1].strip("▌ ").startswith("! Out of limits (2 to 7 °C): type it again, or F5")
        await pilot.press("f5")
        line = next(index for index, row in enumerate(rows(picture(app))) if row.endswith("✎ 9 °C"))
        assert "Middle shelf" in rows(picture(app))[line - 1]
        assert app.cursor_position.y == line
        await pilot.press("enter")
        assert "✎ 9 °C" in picture(app)
        assert "Kept as a note; the answer is empty." in rows(picture(app))[1]
        assert state.changed().notes == {"a": "9 °C"}


async def test_position_unsent_values_and_scroll_are_there_again_after_another_form() -> None:
    fields = [number(f"f{index}", label=f"Temperature {index}") for index in range(120)]
    state = form(*fields)
    async with shown(state, 80, 20) as (app, pilot):
        for _ in range(70):
            await pilot.press("tab")
        await pilot.press("4", ",")
        kept = state.edits(), state.position, app.view.scroll_offset.y
        app.view.open(form(number("x")))
        await pilot.pause()
        assert app.view.scroll_offset.y == 0
        again = form(*fields, edits=kept[0], position=kept[1])
        app.view.open(again, scroll=kept[2])
        await pilot.pause()
        assert (again.position, app.view.scroll_offset.y) == (kept[1], kept[2])
        await pilot.press("5", "enter")
        assert again.changed().values == {"f70": "4.5"}


async def test_a_form_opened_before_its_place_is_known_scrolls_when_it_is() -> None:
    fields = [number(f"f{index}", label=f"Temperature {index}") for index in range(120)]
    state = form(*fields, edits={}, answers={"f0": Answer(value="1")}, position="f80")
    async with shown(None, 80, 20) as (app, pilot):
        app.view.display = False
        await pilot.pause()
        app.view.open(state, scroll=75)
        app.view.display = True
        await pilot.pause()
        await pilot.pause()
        assert app.view.scroll_offset.y == 75
