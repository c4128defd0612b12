"""Screens kept as plain text beside the tests. ``UPDATE_SCREENS=1 pytest`` writes them anew."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "ui" / "screens"


def check_screen(name: str, text: str) -> None:
    """Compare ``text`` with the kept screen ``name``; the failure shows the difference."""
    file = FOLDER / f"{name}.txt"
    now = text.rstrip() + "\n"
    if os.environ.get("UPDATE_SCREENS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
        return
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    if kept != now:
        lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), "kept", "now", lineterm="")
        raise AssertionError(f"the screen {name!r} looks different:\n" + "\n".join(lines))
