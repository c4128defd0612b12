"""The screen of a running application as plain text, a line a row, through Textual's own export."""

from __future__ import annotations

import html
import re
from typing import Any

from rich.cells import cell_len
from textual.app import App

_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)"[^>]*clip-path="url\(#[^)]*-line-(\d+)\)">([^<]*)<')
_CELL = 12.2


def screen_lines(app: App[Any]) -> list[str]:
    """What is on the screen now. Wide characters take two columns, as on a terminal."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for x, line, text in _TEXT.findall(app.export_screenshot()):
        plain = html.unescape(text).replace("\xa0", " ")
        rows.setdefault(int(line), []).append((round(float(x) / _CELL), plain))
    out: list[str] = []
    for number in range(app.size.height):
        row = ""
        for column, text in sorted(rows.get(number, [])):
            row += " " * (column - cell_len(row)) + text
        out.append(row.rstrip())
    return out


def screen_text(app: App[Any]) -> str:
    """All lines in one string."""
    return "\n".join(screen_lines(app))
