"""What of a record is only read: blocks, further lines, and files to save."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import msgspec
import pytest

from tests.support.site import Seat, seated
from tests.ui.test_own_actions import FLOWS, SHOP
from tui.i18n import set_language
from tui.model.errors import Unreachable
from tui.model.execution import Block, Download, Key, Line, Record, Tone
from tui.model.message import Message, verbatim
from tui.model.system import Sink, SizedSink
from tui.ui.screens.fetching import FileSink, SaveDialog, _file_name, progress
from tui.ui.widgets.block_rows import Kind, Shown, rows_of


def block(name: str, *texts: str, folded: bool = False, more: str = "") -> Block:
    lines = tuple(Line(text=verbatim(text)) for text in texts)
    return Block(id=name, title=verbatim(name.title()), lines=lines, folded=folded, more=more)


def texts(shown: Shown, width: int = 40, *, ascii_only: bool = False) -> list[str]:
    return [row.text for row in rows_of(shown, width, ascii_only=ascii_only)]


def test_a_folded_block_is_its_title_and_opens() -> None:
    set_language("en", {})
    shown = Shown(blocks=(block("state", "fine"), block("trace", "a", "b", folded=True)))
    assert texts(shown) == ["▾ State", "  fine", "▸ Trace (2 lines)"]
    shown.turned = frozenset({"trace", "state"})
    assert texts(shown, ascii_only=True) == ["+ State (1 line)", "- Trace", "  a", "  b"]


def test_a_tone_is_told_without_colour_and_labels_stand_beside_their_values() -> None:
    lines = (
        Line(label=verbatim("Last run"), text=verbatim("one two three four five")),
        Line(text=verbatim("broken"), tone=Tone.BAD),
    )
    shown = Shown(blocks=(Block(id="a", title=verbatim("A"), lines=lines),))
    assert texts(shown, 36) == ["▾ A", "  Last run:        one two three", " " * 19 + "four five", "  ✕ broken"]
    assert texts(shown, 24)[1:3] == ["  Last run: one two", "  three four five"]


def test_what_the_server_set_in_stays_so() -> None:
    shown = Shown(blocks=(block("a", "{", '    "b": "one two three"', "", "}"),))
    assert texts(shown, 20)[1:] == ["  {", '      "b": "one two', '      three"', "  ", "  }"]


def test_what_goes_on_and_files_are_rows_of_their_own() -> None:
    shown = Shown(blocks=(block("log", "x", more="7"),), downloads=(Download(ref="f", name="a\x1b.csv"),))
    assert [row.kind for row in rows_of(shown, 60)] == [Kind.FILE, Kind.HEAD, Kind.LINE, Kind.MORE]
    assert "\x1b" not in texts(shown)[0]
    shown.asked = frozenset({"log"})
    assert texts(shown)[-1] == "  Reading on …"


def test_a_file_appears_whole_private_and_replaces_nothing(tmp_path: Path) -> None:
    target, told = tmp_path / "a.csv", list[tuple[int, int | None]]()
    sink = FileSink(target, lambda done, size: told.append((done, size)))
    sink.expect(6)
    sink.write(b"abc")
    assert not target.exists()
    sink.write(b"def")
    sink.keep(replace=False)
    sink.close()
    assert target.read_bytes() == b"abcdef"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert told[:2] == [(0, 6), (3, 6)]
    second = FileSink(target, lambda done, size: None)
    second.write(b"other")
    with pytest.raises(FileExistsError):
        second.keep(replace=False)
    second.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    third = FileSink(target, lambda done, size: None)
    third.write(b"new")
    third.keep(replace=True)
    third.close()
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_servers_name_leads_into_no_other_folder() -> None:
    assert _file_name("../../etc/pass\nwd") == "_.._etc_pass_wd"
    assert _file_name("..") == "file"
    assert progress(3, 6) == "[#####-----] 50% of 6 B"
    assert progress(3, None) == "3 B so far"


async def open_with(seat: Seat, part: str) -> Record:
    """Open the first row whose record has ``part`` ("downloads", "blocks")."""
    for key in list(seat.main.list.shown_keys):
        record = await seat.main.bench.records.load(key)
        if getattr(record, part):
            seat.main.list.select(key)
            await seat.press("enter")
            await seat.until(lambda key=key: seat.opened == key)  # type: ignore[misc]
            return record
    raise AssertionError(f"no row has {part}:\n{seat.text}")


async def test_a_record_without_questions_is_read_and_its_file_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        record = await open_with(seat, "downloads")
        assert "▾ State" in seat.text
        assert "There is nothing to fill in here." not in seat.text
        saved = tmp_path / record.downloads[0].name
        saved.write_bytes(b"mine")
        await seat.press("enter")
        assert isinstance(seat.app.screen, SaveDialog)
        await seat.press("enter")
        assert "Enter again replaces it." in seat.text
        assert saved.read_bytes() == b"mine"
        await seat.press("enter")
        await seat.until(lambda: saved.read_bytes() != b"mine")
        await seat.until("saved as")
        assert len(saved.read_bytes()) > 20


async def test_blocks_fold_and_read_on(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        await open_with(seat, "blocks")
        asked: list[tuple[Key, str]] = []

        async def more(key: Key, ref: str) -> Block:
            asked.append((key, ref))
            return block("log", "the last line")

        seat.main.bench.more = more  # type: ignore[method-assign]
        record = seat.main.detail.record
        assert record is not None
        view = seat.main.detail.blocks
        view.show(msgspec.structs.replace(record, blocks=(block("log", "first", more="1"),), downloads=()))
        await seat.pilot.pause()
        await seat.press("end", "enter")
        await seat.until("the last line")
        assert asked == [(seat.main.detail.key, "1")]
        assert "Enter reads on" not in seat.text
        await seat.press("home", "enter")
        assert "the last line" not in seat.text
        assert "▸ Log (2 lines)" in seat.text


async def test_blocks_beside_a_form_are_a_key_away(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=FLOWS) as seat:
        for key in list(seat.main.list.shown_keys):
            record = await seat.main.bench.records.load(key)
            if record.blocks and record.fields and not record.execution.status.phase.closed:
                seat.main.list.select(key)
                await seat.press("enter")
                await seat.until(lambda key=key: seat.opened == key)  # type: ignore[misc]
                break
        detail = seat.main.detail
        position = detail.form.flow.key if detail.form.flow is not None else None
        await seat.press("ctrl+o")
        assert detail.in_blocks
        await seat.press("down", "x")
        assert detail.form.flow is not None
        assert detail.form.flow.key == position
        await seat.press("f3")
        assert not seat.main.detail.in_blocks
        assert seat.main.pane == "form"


def test_a_message_may_carry_params() -> None:
    line = Line(text=Message("{n} of {m}", {"n": 1, "m": 2}))
    assert texts(Shown(blocks=(Block(id="a", title=verbatim("A"), lines=(line,)),)))[1] == "  1 of 2"


async def test_a_file_that_breaks_off_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        await open_with(seat, "downloads")
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def breaks(_ref: str, sink: Sink) -> int:
            assert isinstance(sink, SizedSink)
            sink.expect(10)
            sink.write(b"12345")
            begun.set()
            await go_on.wait()
            raise Unreachable()

        seat.main.bench.download = breaks  # type: ignore[method-assign,assignment]
        await seat.press("enter", "enter")
        await seat.until("[#####-----] 50% of 10 B")
        go_on.set()
        await seat.until("Enter saves it")
        assert "50%" not in seat.text
        assert list(folder.iterdir()) == []


async def test_the_menu_saves_a_file_too(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40), config=SHOP) as seat:
        record = await open_with(seat, "downloads")
        assert f"do:file:{record.downloads[0].ref}" in [one.value for one in seat.main.commands.own.options()]
        seat.main.commands.run(f"do:file:{record.downloads[0].ref}")
        await seat.pilot.pause()
        assert isinstance(seat.app.screen, SaveDialog)
        await seat.press("f3", "f1")
        assert "open or fold a part, read on, save a file" in seat.text
