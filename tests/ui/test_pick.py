"""Lists to pick from: what is picked is what is seen, and what they say of others is true."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import seated
from tui.ui.screens.pick import PickDialog
from tui.workbench.entry import EntryState

TWO = '[profiles.one]\nuser = "maria"\n\n[profiles.two]\nuser = "maria"\n'


async def test_the_pointer_goes_along_to_the_end_of_a_long_menu(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.press("f4")
        dialog = seat.app.screen
        assert isinstance(dialog, PickDialog)
        last = len(dialog.options) - 1
        for key, place in (("end", last), ("home", 0), ("end", last), ("up", last - 1)):
            await seat.press(key)
            assert dialog.cursor == place
            marked = next(line for line in seat.text.splitlines() if "│ ▌" in line)
            assert dialog.options[place].label[:12] in marked
        await seat.press("home", "pagedown")
        assert 1 < dialog.cursor < last
        assert "│ ▌" in seat.text


async def test_who_leaves_hears_of_what_another_profile_has_not_sent(tmp_path: Path) -> None:
    async with seated(tmp_path, config=TWO) as seat:
        bench = seat.main.bench
        await seat.press("f9")
        assert "All is sent." in seat.text
        await seat.press("f3")
        key = seat.main.list.selected_key
        assert key is not None
        record = await bench.records.load(key)
        save = record.action("progress")
        assert save is not None
        name = record.fields[0].key
        bench.live.pause()
        seat.main.bench.sender._stopping = True
        entry = await bench.outbox.add(bench.make_request(record, save, values={name: "1"}, base={name: None}))
        assert bench.outbox.entries(EntryState.WAITING)
        owner = next(owner for owner in ("two:maria", "two") if owner != bench.desk.owner)
        sql = "UPDATE outbox SET owner = ? WHERE id = ?"
        bench.journal.write(lambda db: db.execute(sql, (owner, entry.id)).rowcount).result(20)
        await seat.press("f9")
        assert "All is sent." not in seat.text
        assert "1 item of another user or profile is not sent yet." in seat.text
