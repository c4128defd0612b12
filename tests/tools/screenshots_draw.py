"""Draws what a terminal shows as SVG and PNG: in colour, in greys of the same luminance, or without any colour."""

from __future__ import annotations

import html
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from pathlib import Path

from pyte.screens import Char

from tests.support.luminance import grey
from tests.support.terminal import Terminal

CELL_WIDTH, CELL_HEIGHT, BASELINE, FONT = 9, 17, 14, 15
"""A cell is no larger than a letter of DejaVu Sans Mono, so that lines and blocks meet."""
BASE_FOREGROUND, BASE_BACKGROUND = "#dadada", "#121212"
NAMED = {
    "black": "#000000",
    "red": "#f0706a",
    "green": "#7fb27f",
    "brown": "#e8a13a",
    "blue": "#7aa2c8",
    "magenta": "#c08fc0",
    "cyan": "#6fb5b5",
    "white": "#d8dce0",
}


class Ink(Enum):
    """What is drawn of the colours."""

    COLOUR = "colour"
    GREY = "grey"
    """Luminance only, as on a grey screen or for somebody who sees no colours."""
    NONE = "none"
    """No colour at all: bold, underlined, struck out and reversed are all that is left."""


def to_svg(terminal: Terminal, ink: Ink = Ink.COLOUR) -> str:
    """What the terminal shows, as SVG."""
    screen = terminal.screen
    width, height = screen.columns * CELL_WIDTH + 20, screen.lines * CELL_HEIGHT + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
        f'<rect width="100%" height="100%" rx="6" fill="{BASE_BACKGROUND}"/>',
        f'<g font-family="DejaVu Sans Mono, Fira Code, monospace" font-size="{FONT}" xml:space="preserve">',
    ]
    for y in range(screen.lines):
        row = [screen.buffer[y][x] for x in range(screen.columns)]
        parts += _grounds(row, 10 + y * CELL_HEIGHT, ink)
        for x, cell in enumerate(row):
            parts += _letter(cell, 10 + x * CELL_WIDTH, 10 + y * CELL_HEIGHT + BASELINE, ink)
    return "".join([*parts, "</g></svg>"])


def to_png(svg: str, file: Path) -> None:
    """Draw ``svg`` into ``file``."""
    import resvg_py

    fonts = [str(folder) for folder in (Path("/usr/share/fonts"), Path.home() / ".fonts") if folder.is_dir()]
    data = resvg_py.svg_to_bytes(svg_string=svg, font_dirs=fonts, font_family="DejaVu Sans Mono")
    file.write_bytes(bytes(data))


def _grounds(row: list[Char], top: int, ink: Ink) -> Iterator[str]:
    """What stands behind the letters, cells of one colour in one piece."""
    left = 10
    for back, cells in groupby(_colours(cell, ink)[1] for cell in row):
        width = len(list(cells)) * CELL_WIDTH
        if back != BASE_BACKGROUND:
            yield f'<rect x="{left}" y="{top}" width="{width}" height="{CELL_HEIGHT}" fill="{back}"/>'
        left += width


def _letter(cell: Char, left: int, base: int, ink: Ink) -> Iterator[str]:
    if cell.data.strip():
        look = ' font-weight="bold"' if cell.bold else ""
        lines = {"underline": cell.underscore, "line-through": cell.strikethrough}
        line = " ".join(name for name, on in lines.items() if on)
        look += f' text-decoration="{line}"' if line else ""
        front = _colours(cell, ink)[0]
        yield f'<text x="{left}" y="{base}" fill="{front}"{look}>{html.escape(cell.data)}</text>'


def _colours(cell: Char, ink: Ink) -> tuple[str, str]:
    """Of the letter, and of what is behind it."""
    front, back = _colour(cell.fg, BASE_FOREGROUND, ink), _colour(cell.bg, BASE_BACKGROUND, ink)
    return (back, front) if cell.reverse else (front, back)


def _colour(value: str, default: str, ink: Ink) -> str:
    if value == "default" or ink is Ink.NONE:
        return default
    colour = NAMED.get(value, f"#{value}" if len(value) == 6 else default)
    return grey(colour) if ink is Ink.GREY else colour
