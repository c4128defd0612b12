"""Keys and clicks that arrive faster than screens: each meets what the one before has left."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.support.site import Seat, seated
from tests.support.terminal import KEYS
from tui.ui.screens.pick import PickDialog
from tui.ui.widgets.filter_bar import LONGEST

ROUND = "Kühlschrank-Runde"
GOODS = "Wareneingang"
CHECKLIST = "Schicht-Checkliste"
F5, F10, SHIFT_TAB = (KEYS[name].encode() for name in ("f5", "f10", "shift+tab"))


def burst(seat: Seat, *keys: str) -> None:
    """Put keys into the application's queue at once, as a stalled line delivers them."""
    for key in keys:
        seat.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def select_round(seat: Seat) -> None:
    rows = seat.main.list
    key = next(
        key
        for key in rows.shown_keys
        if (row := rows.execution(key)) is not None and row.title == ROUND and row.status.raw == "open"
    )
    rows.select(key)
    await seat.until(lambda: seat.main.at_rest)


async def test_a_whole_job_in_one_burst_on_a_record_that_is_not_there_yet(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await select_round(seat)
        key = seat.main.list.selected_key
        assert key is not None
        typed = ["enter", "4", ",", "5", "enter", "5", "enter", "6", "enter", "1", "f10", *"why", "enter", "slash"]
        burst(seat, *typed)
        await seat.until("accepted by the server")
        await seat.until(lambda: seat.main.bench.live.rows[key].status.raw == "done_delayed")
        record = await seat.main.bench.records.load(key)
        assert [answer.value for answer in record.answers.values() if answer.value] == ["4.5", "5", "6", "yes"]
        assert "why" in [text for _label, text in record.facts]


async def test_keys_after_a_choice_in_a_dialog_meet_what_was_chosen(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        burst(seat, "f10", "enter", "9")
        await seat.until("saved here")
        state = seat.main.detail.form.state
        assert state is not None
        assert [entry.text for entry in state.shown][:1] == ["9"], "Enter led to the first gap, and 9 went there"


async def test_another_user_and_a_dialog_in_one_burst(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        first = seat.main.bench
        burst(seat, "f9", "3", "f1")
        await seat.until(lambda: seat.app.bench is not first)
        await seat.press("f3")
        await seat.until("connected")
        assert seat.main.bench is seat.app.bench
        seat.main.follower.tick()
        assert seat.app.return_code is None


async def test_two_clicks_on_a_dialog_in_one_burst_are_one(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("f4")
        dialog = seat.app.screen
        assert isinstance(dialog, PickDialog)
        dialog.close(None)
        dialog.close(None)
        await seat.pilot.pause()
        assert seat.app.screen is seat.main


async def test_the_keys_go_where_the_mouse_went(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.press("f3")
        assert seat.main.pane == "list"
        await seat.pilot.click(seat.main.detail.form, offset=(10, 2))
        await seat.pilot.pause()
        assert seat.main.pane == "form"
        await seat.press("q")
        assert seat.app.return_code is None, "q is text now"


async def test_opening_with_the_mouse_ends_the_filter_line(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.press("/")
        await seat.type("runde")
        key = seat.main.list.shown_keys[0]
        seat.main.opener.open(key)
        await seat.until(lambda: seat.opened == key)
        assert not seat.main.filter_bar.active
        assert seat.main.list.filter_text == "runde"


async def test_a_held_save_key_is_one_entry(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(ROUND)
        await seat.type("4,5\n")
        burst(seat, *["f2"] * 6)
        await seat.until("accepted by the server")
        assert len(seat.main.bench.outbox.entries()) == 1


async def test_back_twice_gives_up_a_record_that_does_not_come(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await select_round(seat)
        burst(seat, "enter", "7", "f3", "f3")
        await seat.until(lambda: seat.main.pane == "list")
        await seat.press("down")
        assert not seat.main.ahead.active


async def test_what_waits_can_be_looked_at(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        seat.main.commands.run("outbox")
        await seat.pilot.pause()
        assert "Nothing waits." in seat.text
        await seat.press("enter")
        assert seat.app.screen is seat.main


def texts(seat: Seat) -> list[str]:
    """What stands in the fields of the open form."""
    state = seat.main.detail.form.state
    assert state is not None
    return [entry.text for entry in state.shown]


@pytest.mark.parametrize("gap", [0.05, 0.25, 0.4])
async def test_a_function_key_in_pieces_is_that_key_in_a_form(tmp_path: Path, gap: float) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(GOODS)
        await seat.send(b"abc\rde")
        for place in range(1, len(SHIFT_TAB)):
            await seat.send(SHIFT_TAB[:place], SHIFT_TAB[place:], b"\r", gap=gap)
        assert seat.main.pane == "form"
        assert texts(seat)[:3] == ["abc", "de", ""]
        await seat.send(*[bytes([byte]) for byte in F10], gap=gap)
        await seat.until("need a look")


async def test_alt_and_a_letter_types_the_letter_and_leaves_nothing(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(GOODS)
        await seat.send(b"abc\x1bq")
        assert seat.main.pane == "form"
        state = seat.main.detail.form.state
        assert state is not None
        assert state.entries[state.position or ""].text == "abcq"


async def test_escape_alone_clears_the_filter_after_its_delay(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.send(b"/runde\r")
        assert seat.main.list.filter_text == "runde"
        await seat.send(b"\x1b")
        assert seat.main.list.filter_text == "runde", "it may be the beginning of a sequence"
        await seat.send(b"", gap=0.6)
        assert seat.main.list.filter_text == ""


async def test_escape_alone_clears_what_was_typed_in_a_choice(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(CHECKLIST)
        form = seat.main.detail.form
        state, flow = form.state, form.flow
        assert state is not None
        assert flow is not None
        form.focus_field("oil")
        await seat.send(b"2\x1b[Z" + b"fri")
        assert flow.picker is not None
        assert (flow.key, flow.picker.filter) == ("oil", "fri")
        await seat.send(b"\x1b")
        await seat.send(b"", gap=0.6)
        assert seat.main.pane == "form"
        entry = state.entries["oil"]
        assert (entry.text, entry.rest) == ("noch gut", "")
        await seat.send(b"\x1b")
        await seat.send(b"", gap=0.6)
        assert seat.main.pane == "list", "without a filter it leads back, as always"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
async def test_scans_in_any_pieces_are_one_value_and_one_step_each(tmp_path: Path, end: bytes) -> None:
    codes = ["4012345678901", "]d2010401234512345610L-1\x1d21XY", "Ä-1"]
    sent = b"".join(code.encode() + end for code in codes)
    for size in (1, 5, len(sent)):
        async with seated(tmp_path / str(size), size=(120, 40)) as seat:
            await seat.open_titled(GOODS)
            await seat.send(*[sent[at : at + size] for at in range(0, len(sent), size)], gap=0.2)
            assert texts(seat)[:4] == [*codes, ""]


async def test_the_separator_of_a_scan_reaches_the_journal_and_the_server(tmp_path: Path) -> None:
    code = "]d2010401234512345610L-1\x1d21XY"
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(GOODS)
        key = seat.opened
        assert key is not None
        await seat.send(code.encode() + b"\r" + F5 + b"scan: " + code.encode())
        await seat.until("saved here")
        draft = seat.main.bench.drafts.load(key)
        assert draft is not None
        assert draft.fields["supplier"].text == code
        await seat.press("f2")
        await seat.until("accepted by the server")
        record = await seat.main.bench.records.load(key)
        assert record.answers["supplier"].value == code
        assert [answer.note for answer in record.answers.values() if answer.note] == ["scan: " + code]


async def test_a_paste_with_breaks_stays_in_its_field(tmp_path: Path) -> None:
    begin = b"\x1b[200~"
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.open_titled(GOODS)
        await seat.send(b"x" + begin + b"eins\r\nzwei\rdr", b"ei\x1b[2", b"01~\r", gap=0.3)
        assert texts(seat)[:2] == ["xeins zwei drei", ""]
        await seat.send(begin + b"ohne\rEnde", gap=1.5)
        await seat.send(b"!", b"\r")
        assert texts(seat)[:3] == ["xeins zwei drei", "ohne Ende!", ""]


async def test_the_help_of_ctrl_c_speaks_our_language(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.send(b"\x03")
        await seat.until("q leaves there")
        await seat.send(b"\x11\x13")
        assert seat.app.return_code is None, "XON and XOFF are no keys"


async def test_several_tasks_in_one_burst(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as seat:
        await seat.send(b"/" + f"{ROUND} open".encode() + b"\r")
        keys = seat.main.list.shown_keys[:3]
        for key in keys:
            await seat.main.bench.records.load(key)
        seat.main.list.select(keys[0])
        await seat.send(b"".join(b"\r%d\r4,5\x1bOR\x1b[B" % number for number in range(3)))
        await seat.until(lambda: len(seat.main.bench.drafts.keys()) == 3)
        for number, key in enumerate(keys):
            draft = seat.main.bench.drafts.load(key)
            assert draft is not None
            assert {name: edit.text for name, edit in draft.fields.items()} == {
                "cell-1": str(number),
                "cell-2": "4,5",
            }
        assert seat.main.pane == "list"


async def test_a_scanner_that_got_stuck_does_not_fill_the_filter_without_end(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        bar = seat.main.filter_bar
        await seat.send(b"/" + b"x" * (LONGEST + 50) + b"\x7fyz")
        await seat.until(lambda: bar.text == "x" * (LONGEST - 1) + "y")
        bar.take_paste("paste")
        assert len(bar.text) == LONGEST
        await seat.send(b"\x15r")
        await seat.until(lambda: bar.text == "r")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The filter holds 200 characters: the rest was left out."),
        ("de", "Der Filter fasst 200 Zeichen: Der Rest wurde weggelassen."),
    ],
)
async def test_the_filter_says_once_that_something_did_not_fit(tmp_path: Path, lang: str, words: str) -> None:
    async def told() -> bool:
        """Whether it was said since this was asked last: it stands there before what is said after it."""
        seat.main.notify("Up to here.")
        found = words in await seat.until("Up to here.")
        seat.app.clear_notifications()
        await seat.until(lambda: "Up to here." not in seat.text)
        return found

    async with seated(tmp_path, size=(120, 40), lang=lang) as seat:
        bar = seat.main.filter_bar
        await seat.send(b"/" + b"x" * LONGEST)
        await seat.until(lambda: len(bar.text) == LONGEST)
        assert not await told(), "all of it is there"
        await seat.send(b"y")
        assert await told()
        await seat.send(b"z")
        seat.main.paste("z")
        assert not await told(), "it is as full as it was"
        await seat.send(b"\x7f")
        await seat.until(lambda: len(bar.text) == LONGEST - 1)
        seat.main.paste("zz")
        assert bar.text == "x" * (LONGEST - 1) + "z"
        assert await told(), "there was room again"
        seat.main.clear_filter()
        seat.main.open_filter()
        seat.main.paste("z" * LONGEST)
        assert not await told()
        seat.main.paste("z")
        assert await told(), "it is another filter"
