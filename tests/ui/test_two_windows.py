"""One person, two windows, one field: nothing gives way unsaid."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import seated

ROUND = "Kühlschrank-Runde"


async def test_what_gives_way_to_this_window_is_told_here(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(120, 40)) as one, seated(tmp_path, size=(120, 40)) as other:
        await one.open_titled(ROUND)
        await other.open_titled(ROUND)
        await one.type("4,5\n")
        await one.until("saved here")
        await other.type("7\n")
        text = await other.until("is also being filled in")
        assert "4,5" in text or "4.5" in text
        assert "is also being filled in" not in one.text
