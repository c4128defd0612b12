"""Where the person is goes to disk with the key that leads there: when the move is told, more keys may be in."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import seated


async def test_the_place_is_kept_with_the_key_that_leads_on(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(80, 40)) as seat:
        await seat.open_titled("Schicht-Checkliste")
        key, form, bench = seat.opened, seat.main.detail.form, seat.main.bench
        assert key is not None
        # No event is handled between these keys, as when they come in one chunk.
        for char in "1114":
            form.feed(char, char)
        bench.journal.write(lambda _: None).result(10)
        draft = bench.drafts.load(key)
        assert draft is not None
        assert draft.fields["fridge-temperature"].text == "4"
        assert draft.position == "fridge-temperature"
        # Nor is one between this key, which leads on without a change, and the end of the process.
        form.feed("enter", None)
        bench.journal.write(lambda _: None).result(10)
        draft = bench.drafts.load(key)
        assert draft is not None
        assert draft.position == "freezer-temperature"
