"""A long form is laid out as far as it is seen; the rest follows, and nothing on the screen depends on when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form.forms import SUPPLIERS, choice, form, number
from tests.ui.test_form_view import picture, shown
from tui.form.entry import Entry
from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.i18n import set_language
from tui.model.field import Field
from tui.ui.widgets.form_lines import Body, Marks, Painter
from tui.ui.widgets.form_sheet import FormSheet

MANY = 200


def long_form(count: int = MANY, position: str | None = None) -> FormState:
    kinds = (
        lambda key: choice(key, label=f"Hands washed {key}?", required=True),
        lambda key: number(key, label=f"Fridge {key}", unit="°C", minimum="2", help="Middle shelf"),
        lambda key: choice(key, label=f"Supplier of the delivery {key}", choices=SUPPLIERS),
        lambda key: Field(key=key, label=f"Remarks {key}", kind="long_text"),
        lambda key: Field(key=key, label=f"Part {key}", kind="description", help="<p>Two</p><p>lines</p>"),
    )
    return form(*(kinds[index % len(kinds)](f"f{index}") for index in range(count)), position=position, lang="en")


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the fields that were laid out, in order."""
    keys: list[str] = []
    paint = Painter.paint

    def spy(self: Painter, entry: Entry, flow: FormFlow | None, *, live: bool) -> Body:
        keys.append(entry.key)
        return paint(self, entry, flow, live=live)

    monkeypatch.setattr(Painter, "paint", spy)
    return keys


@pytest.mark.parametrize(("width", "height"), [(40, 20), (80, 24)])
async def test_what_is_laid_out_before_the_first_frame_does_not_grow_with_the_form(
    painted: list[str], width: int, height: int
) -> None:
    async with shown(None, width, height) as (app, pilot):
        counts = []
        for count in (20, MANY):
            painted.clear()
            app.view.open(long_form(count))
            counts.append(len(painted))
            await pilot.pause()
        assert counts[1] <= counts[0] <= 20
        await pilot.pause()
        assert app.view._sheet is not None
        assert app.view._sheet.complete
        eager = FormSheet(long_form(), FormFlow(long_form()), app.view._sheet.width, Marks(), live=True)
        assert app.view.virtual_size.height == app.view._sheet.height == eager.height


async def test_a_key_lays_out_its_own_field_alone_however_long_the_form(painted: list[str]) -> None:
    async with shown(long_form()) as (_app, pilot):
        await pilot.press("tab")
        painted.clear()
        await pilot.press("7")
        assert painted == ["f1"]
        painted.clear()
        await pilot.press("enter")
        assert sorted(painted) == ["f1", "f2"]


async def test_the_end_is_reached_at_once_although_nothing_was_laid_out_there() -> None:
    state = long_form()
    async with shown(None) as (app, pilot):
        app.view.open(state)
        for key in ("ctrl+end", "f7"):
            app.view.feed(key, None)
        await pilot.pause()
        assert state.position == "f197"
        assert "▌" in picture(app)
        app.view.open(long_form(), scroll=300)
        app.view.feed("pagedown", None)
        app.view.show_missing()
        await pilot.pause()
        assert "▌" in picture(app)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["lines", "more", "line", "page", "go", "draw"]), st.integers(0, 450))
    ),
    width=st.sampled_from([38, 78]),
)
def test_a_sheet_that_grew_in_any_way_is_the_one_laid_out_at_once(
    steps: list[tuple[str, int]], width: int
) -> None:
    set_language("en", {})
    state = long_form(60)
    flow = FormFlow(state)
    sheet = FormSheet(state, flow, width, Marks(), live=True, lines=5)
    for name, amount in steps:
        if name == "lines":
            assert (sheet.place_at(amount) is None) is (amount >= sheet.tops[-1])
        elif name == "more":
            sheet.lay_out(amount % 7)
        elif name == "line":
            sheet.row_at(amount)
        elif name == "page":
            before = flow.key
            flow.focus(sheet.page(amount - 225))
            sheet.redraw({before, flow.key}, live=True, drawn=range(1000))
        elif name == "go":
            before = flow.key
            flow.focus(flow.order[amount % len(flow.order)])
            sheet.redraw({before, flow.key}, live=True, drawn=range(1000))
            assert sheet.cursor()[1] < sheet.height
        else:
            sheet.redraw({state.shown[amount % 60].key}, live=True, drawn=range(1000))
        assert sheet.height >= len(state.shown)
    sheet.lay_out(60)
    eager = FormSheet(state, flow, width, Marks(), live=True)
    assert sheet.complete
    assert (sheet.bodies, sheet.tops) == (eager.bodies, eager.tops)
