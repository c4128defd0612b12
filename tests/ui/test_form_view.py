"""The form on the screen: real key events, what is drawn, where the cursor stands, how little is repainted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.pilot import Pilot

from tests.form.forms import SUPPLIERS, choice, form, number, text, values
from tui.form.state import FieldEdit, FormState
from tui.i18n import set_language
from tui.model.execution import Answer
from tui.model.field import Choice, Field
from tui.ui.theme import THEMES
from tui.ui.widgets.form_view import FormView

FIVE = tuple(Choice(f"o{n}", f"Option {n}") for n in range(1, 6))
CHECKLIST = (
    Field(key="intro", label="Morning round", kind="description", help="<p>Cold store first.</p>"),
    choice("wash", label="Hands washed?", required=True),
    number(
        "1. Kühl.raum", label="Fridge", unit="°C", minimum="2", maximum="7", help="Middle shelf", allows_note=True
    ),
    choice("seen", label="Seen", kind="multi_choice", choices=FIVE),
    choice("from", label="Supplier", choices=SUPPLIERS),
    Field(key="when", label="When", kind="time", default="06:30"),
    Field(key="rest", label="Remarks", kind="long_text"),
    Field(key="sign", label="Signature", kind="signature"),
    text("lot", label="Batch"),
)


class Host(App[None]):
    """A screen with nothing but the form, that remembers what reached it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "review"),
        Binding("q", "stop"),
        Binding("enter", "stop"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, state: FormState | None, *, ascii: bool = False) -> None:
        super().__init__()
        self.first = state
        self.view = FormView(ascii=ascii)
        self.view.keeper = self._keep
        self.seen: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        if self.first is not None:
            self.view.open(self.first)
        self.view.focus()

    def action_review(self) -> None:
        self.seen.append("review")

    def action_stop(self) -> None:
        self.seen.append("stop")

    def _keep(self, key: str, edit: FieldEdit | None) -> None:
        self.seen.append(f"{key}={edit.text}" if edit is not None else f"{key} dropped")


@asynccontextmanager
async def shown(
    state: FormState | None, width: int = 80, height: int = 24, *, ascii: bool = False
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    set_language("en", {})
    app = Host(state, ascii=ascii)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        yield app, pilot


def picture(app: Host) -> str:
    view = app.view
    return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height)).rstrip()


async def chunk(app: Host, pilot: Pilot[None], data: str) -> None:
    """``data`` as the terminal's driver would deliver it: decoded in one go, posted without a pause."""
    parser = XTermParser()
    for event in parser.feed(data):
        app.post_message(event)
    await pilot.pause()


async def test_one_network_chunk_fills_three_fields() -> None:
    state = form(number("a"), number("b"), number("c"))
    async with shown(state) as (app, pilot):
        await chunk(app, pilot, "5\r7\r9\r")
        assert values(state) == {"a": "5", "b": "7", "c": "9"}
        assert app.seen == ["a=5", "b=7", "c=9"]


async def test_three_scans_in_one_chunk_with_crlf_and_group_separators() -> None:
    state = form(text("a"), text("b"), text("c"), text("d"))
    async with shown(state) as (app, pilot):
        await chunk(app, pilot, "01\x1d17\r\nB-2\r\nKühl\r\n")
        assert values(state) == {"a": "01\x1d17", "b": "B-2", "c": "Kühl", "d": None}
        assert "01␝17" in picture(app)


async def test_bracketed_paste_keeps_its_text_and_never_submits() -> None:
    state = form(text("a"), text("b"))
    async with shown(state) as (app, pilot):
        await chunk(app, pilot, "\x1b[200~one\ntwo\n\x1b[201~")
        assert values(state) == {"a": "one two", "b": None}
        assert state.position == "a"


async def test_function_keys_do_not_type_and_the_screen_gets_its_own() -> None:
    state = form(text("a"))
    async with shown(state) as (app, pilot):
        told: list[str] = []
        app.view.keeper = lambda key, edit: told.append(edit.text if edit is not None else "")
        await chunk(app, pilot, "q\x1b[21~\x1bOP\x1b[15~w")
        assert values(state) == {"a": "qw"}
        assert app.seen == ["review"]
        assert told == ["q", "qw"]


async def test_keys_typed_before_the_form_was_there_are_fed_in_order() -> None:
    state = form(choice("a"), number("b"))
    async with shown(None) as (app, pilot):
        assert not app.view.feed("1", "1")
        app.view.open(state)
        for key, char in (("1", "1"), ("4", "4"), ("comma", ","), ("5", "5"), ("enter", "\r")):
            assert app.view.feed(key, char if char.isprintable() else None)
        await pilot.pause()
        assert values(state) == {"a": "yes", "b": "4.5"}


WIDE = """\
 Morning round
 Cold store first.
▌· 1 Hands washed? *   1 yes   2 no   3 n/a
 · 2 Fridge           ____ °C   2 to 7 °C
                      Middle shelf
 · 3 Seen             [ ]1 Option 1 [ ]2 Option 2 [ ]3 Option 3 [ ]4 Option 4
                      [ ]5 Option 5
 · 4 Supplier         ____
                      12 choices
 · 5 When             (06:30)
 · 6 Remarks          ____

 ✓ 7 Signature        {"by":"Ada"}
 · 8 Batch            ____"""


async def test_the_form_at_80_columns() -> None:
    state = form(*CHECKLIST, answers={"sign": Answer(value={"by": "Ada"})}, lang="en")
    async with shown(state) as (app, _pilot):
        assert picture(app) == WIDE


async def test_everything_is_legible_at_40_columns_and_12_rows() -> None:
    state = form(*CHECKLIST, lang="en")
    async with shown(state, 40, 12) as (app, pilot):
        await pilot.press("1", "9", "f5", *"door", "space", *"open", "enter", "enter", "1", "3", "enter", *"do")
        shot = picture(app)
        assert all(len(line) <= 40 for line in shot.split("\n"))
        for words in (
            "✎ 9 °C door open",
            "[x]3 Option 3",
            "▌    > do  type or ◂ ▸, Enter takes",
            "▌    ▸4 Dora",
        ):
            assert words in shot, shot
        line = next(index for index, row in enumerate(shot.split("\n")) if row.startswith("▌    > do"))
        assert app.cursor_position == (app.view.region.x + 9, line)


@pytest.mark.parametrize(("width", "height"), [(40, 10), (20, 10), (40, 20), (80, 24), (120, 40), (250, 80)])
async def test_the_field_with_the_cursor_is_in_sight_at_any_size(width: int, height: int) -> None:
    fields = [
        number(f"f{index}", label=f"Temperature {index}", help="Middle shelf", unit="°C") for index in range(40)
    ]
    state = form(*fields)
    async with shown(state, width, height) as (app, pilot):
        for keys in (("enter",) * 25, ("pagedown",), ("ctrl+end",), ("pageup",), ("ctrl+home",), ("f7",)):
            await pilot.press(*keys)
            sheet = app.view._sheet
            assert sheet is not None
            line = sheet.cursor()[1] - app.view.scroll_offset.y
            assert 0 <= line < height
            assert "▌" in picture(app)
            assert app.cursor_position.y == line


async def test_a_resize_flows_the_text_anew_and_keeps_the_field() -> None:
    state = form(*CHECKLIST)
    async with shown(state, 120, 40) as (app, pilot):
        await pilot.press("ctrl+end")
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert state.position == "lot"
        assert "8 Batch" in picture(app)
        assert all(len(line) <= 40 for line in picture(app).split("\n"))


async def test_ascii_marks() -> None:
    async with shown(form(choice("a", label="A?"), number("b"), lang="en"), ascii=True) as (app, pilot):
        await pilot.press("1", "x", "enter")
        assert picture(app).isascii()
        assert picture(app).startswith(" x 1 A?")
        assert "\n>! 2 b" in picture(app)


async def test_the_focus_is_visible_in_every_theme_without_colour() -> None:
    state = form(choice("a"), number("b"))
    async with shown(state) as (app, pilot):
        for theme in THEMES:
            app.theme = theme.name
            await pilot.pause()
            segments = list(app.view.render_line(0))
            assert segments[0].text == "▌"
            await pilot.press("tab", "7")
            cursor = [s for s in app.view.render_line(1) if s.style is not None and s.style.reverse]
            assert [s.text for s in cursor] == [" "]
            await pilot.press("ctrl+z", "f7")


async def test_a_key_repaints_only_the_lines_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    state = form(*[number(f"f{index}") for index in range(200)])
    async with shown(state) as (app, pilot):
        await pilot.press("1")
        regions: list[Region] = []
        refresh = app.view.refresh

        def spy(*area: Region, **more: bool) -> FormView:
            regions.extend(area or (app.view.size.region,))
            return refresh(*area, **more)

        monkeypatch.setattr(app.view, "refresh", spy)
        await pilot.press("2")
        assert [region.height for region in regions] == [1]
        regions.clear()
        await pilot.press("enter")
        assert [region.height for region in regions] == [1, 1]


async def test_newer_answers_leave_cursor_and_scroll_alone() -> None:
    fields = [number(f"f{index}") for index in range(60)]
    state = form(*fields)
    async with shown(state, 80, 20) as (app, pilot):
        await pilot.press(*["tab"] * 30, "4", ",")
        before = app.view.scroll_offset, state.position
        changed = app.view.apply_server({"f3": Answer(value="7"), "f30": Answer(value="9")})
        await pilot.pause()
        assert changed == ["f3", "f30"]
        assert (app.view.scroll_offset, state.position) == before
        assert state.entries["f30"].text == "4,"
        assert "▌! 31" in picture(app)
        await pilot.press("5")
        assert "! Somebody else: 9 · mine: 4,5" in picture(app)
        await pilot.press("enter")
        assert values(state)["f30"] == "4.5"


async def test_server_words_and_missing_answers_are_shown_on_their_fields() -> None:
    state = form(number("a"), number("b", required=True))
    async with shown(state) as (app, pilot):
        await pilot.press("5", "enter")
        assert app.view.show_problems({"a": ["[red]Too high[/red]\x1b[31m"], "z": "lost"}) == {"z": "lost"}
        app.view.show_missing()
        await pilot.pause()
        assert "! [red]Too high[/red][31m" in picture(app)
        assert "! An answer is needed." in picture(app)


async def test_hostile_texts_are_drawn_literally() -> None:
    nasty = "[bold]x[/bold] \u202eevil\u202c \x1b[2J [/]"
    state = form(
        Field(key="a", label=nasty, kind="choice", choices=(Choice("v", nasty),), help=nasty, unit=nasty),
        text("b"),
        answers={"a": Answer(value="v", note=nasty), "b": Answer(value=nasty)},
    )
    async with shown(state, 120, 20) as (app, _pilot):
        shot = picture(app)
        assert "[bold]x[/bold]" in shot
        assert not any(char in shot for char in "\u202e\u202c\x1b")


async def test_a_click_goes_to_the_field_and_chooses_the_option() -> None:
    state = form(number("a"), choice("b"), choice("m", kind="multi_choice"), lang="en")
    async with shown(state) as (app, pilot):
        lines = picture(app).split("\n")
        await pilot.click(app.view, offset=(lines[1].index("2 no") + 1, 1))
        assert (state.position, values(state)["b"]) == ("b", "no")
        await pilot.click(app.view, offset=(lines[2].index("3 n/a"), 2))
        await pilot.click(app.view, offset=(lines[2].index("1 yes"), 2))
        assert values(state)["m"] == ["yes", "na"]
        await pilot.click(app.view, offset=(3, 0))
        assert state.position == "a"


async def test_the_jump_prompt() -> None:
    state = form(*CHECKLIST)
    async with shown(state) as (app, pilot):
        await pilot.press("f8", *"bat")
        assert picture(app).endswith("Jump to field (number or letters): bat   → Batch")
        await pilot.press("enter")
        assert state.position == "lot"
        assert "Jump" not in picture(app)


async def test_a_closed_form_scrolls_and_takes_nothing() -> None:
    state = form(*[number(f"f{index}") for index in range(60)], read_only=True)
    async with shown(state, 80, 20) as (app, pilot):
        await pilot.press("down", "down", "5")
        assert app.view.scroll_offset.y == 2
        await pilot.press("end", "q")
        assert app.view.scroll_offset.y == 40
        assert app.seen == ["stop"]
        assert not state.changed()


async def test_a_long_line_follows_its_cursor() -> None:
    state = form(text("a", label="A"), text("b", label="B"))
    async with shown(state, 40, 10) as (app, pilot):
        await pilot.press(*"0123456789" * 5)
        row = picture(app).split("\n")[1]
        assert row.endswith("3456789")
        assert len(row) <= 40
        await pilot.press("home")
        assert picture(app).split("\n")[1].startswith("▌    0123456789")
        await pilot.press("delete")
        assert state.entries["a"].text == ("0123456789" * 5)[1:]


async def test_german_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(form(number("a"))) as (app, pilot):
        event = events.Paste("4,5\n")
        app.view.post_message(event)
        await pilot.pause()
        assert app.view.state is not None
        assert app.view.state.edits()["a"].value == "4.5"
        app.view.clear()
        await pilot.pause()
        assert picture(app) == ""
        assert not app.view.feed("1", "1")


async def test_in_a_dialog_the_form_is_as_high_as_its_rows() -> None:
    state = form(text("reason", label="Reason", required=True), lang="en")
    async with shown(None) as (app, pilot):
        app.view.styles.height = "auto"
        app.view.styles.max_height = 4
        app.view.open(state, recent={"reason": ["No delivery", "Broken"]})
        await pilot.pause()
        assert app.view.size.height == 1
        assert "1 No delivery  2 Broken" in picture(app)
        assert app.view.at_last_field
        await pilot.press("f8", "f8", "2")
        assert values(state) == {"reason": "Broken"}


async def test_enter_in_a_note_does_not_count_as_the_end_of_the_form() -> None:
    state = form(text("reason", allows_note=True))
    async with shown(state) as (app, pilot):
        for keys in (("f5",), ("f5", "f8")):
            await pilot.press(*keys)
            assert _open_line(app.view) is not app.view.at_last_field
        await pilot.press("escape")
        assert app.view.at_last_field


def _open_line(view: FormView) -> bool:
    return view.flow is not None and (view.flow.note or view.flow.jump) is not None
