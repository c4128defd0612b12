"""The form on a small screen: nothing is cut by letters, no label is lost, and one place alone has the cursor."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from tests.form.forms import choice, form, number, press, text, type_chunk
from tests.ui.test_form_view import FIVE, picture, shown
from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Value
from tui.model.message import Message
from tui.ui.theme import DARK, LIGHT
from tui.ui.widgets.form_view import FormView

MANY = tuple(Choice(str(n), f"Person number {n}") for n in range(1, 31))


def rows(shot: str) -> list[str]:
    return [row.rstrip(" ▐") for row in shot.split("\n")]


# ── going about ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_jump_in_vain_begins_again_with_the_next_key_or_f8() -> None:
    flow = FormFlow(form(number("a"), number("b"), text("c", label="Site", read_only=True)))
    type_jump = ["f8", "9", "9", "enter"]
    press(flow, *type_jump)
    assert flow.said == Message("No field fits.")
    press(flow, "2", "enter")
    assert flow.key == "b"
    press(flow, *type_jump, "f8")
    assert flow.jump is not None
    assert flow.jump.text == ""
    press(flow, "f8")
    assert flow.jump is None


async def test_a_jump_to_what_is_only_read_brings_it_into_sight_and_says_so() -> None:
    fields = [number(f"f{index}") for index in range(1, 13)]
    state = form(*fields, text("c", label="Site", read_only=True), number("z"), lang="en")
    async with shown(state, 40, 8) as (app, pilot):
        await pilot.press("f8", "1", "3", "enter")
        assert rows(picture(app))[-1] == "Field: 13   “Site” can only be read."
        assert " 13 Site" in picture(app)
        await pilot.press(*"9" * 30, "enter")
        assert rows(picture(app))[-1].endswith("   No field fits.")
        await pilot.press("escape", "5")
        assert state.entries["f1"].text == "5", "the cursor is where it was"


def test_after_the_last_field_enter_says_what_is_left() -> None:
    flow = FormFlow(form(number("a"), number("b"), lang="en"), reviewed=True)
    press(flow, "tab", "1", "enter")
    still_open: tuple[str, Message | None] = (flow.key, flow.said)
    assert still_open == ("a", Message("{n} still open, F10 reviews.", {"n": 1}))
    press(flow, "2", "enter", "enter")
    assert (flow.key, flow.said) == ("b", Message("All answered: F10 reviews and sends."))
    dialog = FormFlow(form(text("reason")))
    type_chunk(dialog, "x\r")
    assert dialog.said is None, "a dialog has no review behind it"


# ── what is drawn ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_limits_stay_while_one_types_and_no_hint_is_cut() -> None:
    state = form(
        number("a", label="Fridge", unit="°C", minimum="-2", maximum="8"),
        Field(key="f", label="Photo", kind="file"),
        Field(key="w", label="Who", kind="entities", source="users"),
        lang="en",
    )
    async with shown(state, 40, 20) as (app, pilot):
        app.view.give_choices("w", MANY)
        await pilot.press(*"1234567890123456789012345")
        assert "-2 to 8 °C" in picture(app)
        await pilot.press("enter")
        assert "… " not in picture(app)
        assert "at most 10 MB" in " ".join(rows(picture(app)))
        await pilot.press("enter")
        assert "▌    >   type or ◂ ▸, Space takes" in rows(picture(app))
        assert "  +29" in picture(app), "so many more there are"
        await pilot.press("end")
        assert "▌    +29  ▸30 Person number 30" in rows(picture(app))


async def test_the_label_of_what_was_found_wanting_stays_in_sight() -> None:
    label = "Temperature in the upper part of the room"
    fields = [number(f"f{index}", label=label, help="Middle shelf") for index in range(1, 9)]
    state = form(*fields, lang="en")
    async with shown(state, 40, 11) as (app, pilot):
        for place in range(1, 8):
            await pilot.press("x", "enter")
            shot = rows(picture(app))
            assert f" ! {place} Temperature in the upper part of" in shot
            assert f"▌· {place + 1} Temperature in the upper part of" in shot
            if place < 7:  # the end of a form stands at the end of its window
                assert " Temperature " in shot[0], "no answer without its label at the top"


async def test_only_where_the_keys_go_is_a_focus_mark() -> None:
    state = form(number("a"), choice("b"), lang="en")
    async with shown(state, 40, 12) as (app, pilot):
        assert picture(app).count("▌") > 0
        app.view.blur()
        await pilot.pause()
        assert "▌" not in picture(app)


async def test_what_is_only_read_is_no_preset() -> None:
    state = form(text("a", label="Site", read_only=True, default=" "), number("n", label="N"), lang="en")
    async with shown(state, 60, 12) as (app, _pilot):
        assert "( )" not in picture(app)
        assert rows(picture(app))[0] == "   1 Site  —   read-only"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("/files/9f86d081884c7d659a2feaa0c55ad015/Palette%201.jpg", "Palette 1.jpg"),
        ("/files/9f86d081884c7d659a2feaa0c55ad015", "#9f86d081"),
        ("/files/12", "#12"),
        ({"name": "a.jpg", "size": 1_400_000}, "a.jpg · 1.4 MB"),
        ({"id": 4}, '{"id":4}'),
    ],
)
async def test_a_file_of_the_server_is_told_by_its_name(value: Value, words: str) -> None:
    field = Field(key="f", label="Photo", kind="file")
    state = form(field, number("n"), answers={"f": Answer(value=value)}, position="f", lang="en")
    async with shown(state, 60, 12) as (app, pilot):
        for _ in range(2):
            assert rows(picture(app))[1].lstrip("▌ ").startswith(words)
            assert "a file is there" in picture(app)
            await pilot.press("tab")
        assert not state.changed()


async def test_words_above_the_form_scroll_away_with_it() -> None:
    state = form(*[number(f"f{index}", label=f"Fridge {index}") for index in range(1, 9)], lang="en")
    async with shown(state, 40, 10) as (app, pilot):
        app.view.introduce(["Before the first guest. " * 2, "Denying needs a reason."])
        await pilot.pause()
        assert rows(picture(app))[:4] == [
            " Before the first guest. Before the",
            " first guest.",
            " Denying needs a reason.",
            "▌· 1 Fridge 1   ___",
        ]
        assert app.cursor_position.y == 3
        await pilot.press(*["enter"] * 7)
        assert "Before" not in picture(app)
        await pilot.press("ctrl+home")
        assert rows(picture(app))[2] == " Denying needs a reason."
        await pilot.click(app.view, offset=(8, 5))
        assert state.position == "f3"


async def test_a_click_beside_a_long_form_goes_there() -> None:
    state = form(*[number(f"f{index}", label=f"Fridge {index}") for index in range(100)], lang="en")
    async with shown(state, 40, 10) as (app, pilot):
        assert [row[-1] for row in picture(app).split("\n")].count("▐") == 1
        await pilot.click(app.view, offset=(39, 9))
        await pilot.pause()
        assert "Fridge 99" in picture(app)
        assert picture(app).split("\n")[9][-1] == "▐"
        assert state.position == "f0"


# ── what was painted before ──────────────────────────────────────────────────────────────────────────────────────


class Pair(App[None]):
    """A form between widgets that can take the focus and the room from it."""

    CSS = "Pair { background: $background; } .-other { background: $error; } Input { height: 3; }"

    def __init__(self, state: FormState) -> None:
        super().__init__()
        self.state = state
        self.form = FormView()

    def compose(self) -> ComposeResult:
        yield self.form
        yield Input()

    def on_mount(self) -> None:
        self.form.open(self.state)
        self.form.focus()


async def test_lines_that_were_kept_are_those_that_would_be_painted_anew() -> None:
    state = form(*[choice(f"c{index}", kind="multi_choice", choices=FIVE) for index in range(20)], lang="en")
    app = Pair(state)
    async with app.run_test(size=(60, 20)) as pilot:
        for theme in (DARK, LIGHT):
            app.register_theme(theme)

        async def look() -> None:
            await pilot.pause()
            kept = [[*strip] for strip in app.form.render_lines(app.form.size.region)]
            app.form.refresh()
            assert kept == [[*strip] for strip in app.form.render_lines(app.form.size.region)]

        await look()
        for change in (
            lambda: pilot.press("1", "3"),
            lambda: pilot.press("enter", "2"),
            lambda: pilot.press(*["enter"] * 12),
            lambda: pilot.resize_terminal(50, 15),
            lambda: app.form.set_class(True, "-other"),
            lambda: setattr(app, "theme", LIGHT.name),
            lambda: setattr(app, "theme", DARK.name),
            lambda: app.screen.set_class(True, "-other"),
            app.form.blur,
            app.form.focus,
            lambda: setattr(app.query_one(Input), "display", False),
            lambda: app.form.scroll_to(y=0, animate=False, force=True),
        ):
            done = change()
            if done is not None and hasattr(done, "__await__") and not isinstance(done, FormView):
                await done
            await look()
