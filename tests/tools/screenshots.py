"""Makes the pictures of the README from the real application: ``python -m tests.tools.screenshots``.

Each scene starts ``shiftdeck`` in a pseudo-terminal on a fresh home, presses keys, and draws what the terminal
shows: an SVG and, through resvg, a PNG beside it.
"""

from __future__ import annotations

import html
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.terminal import SHIFTDECK, Terminal

CELL_WIDTH, CELL_HEIGHT, FONT = 9.0, 19.0, 15
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
FOLDER = Path(__file__).parents[2] / "screenshots"


def _colour(value: str, default: str) -> str:
    if value == "default":
        return default
    return NAMED.get(value, f"#{value}" if len(value) == 6 else default)


def to_svg(terminal: Terminal) -> str:
    """What the terminal shows, as SVG."""
    screen = terminal.screen
    width, height = screen.columns * CELL_WIDTH + 20, screen.lines * CELL_HEIGHT + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
        f'<rect width="100%" height="100%" rx="6" fill="{BASE_BACKGROUND}"/>',
        f'<g font-family="DejaVu Sans Mono, Fira Code, monospace" font-size="{FONT}" xml:space="preserve">',
    ]
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            front, back = _colour(cell.fg, BASE_FOREGROUND), _colour(cell.bg, BASE_BACKGROUND)
            if cell.reverse:
                front, back = back, front
            left, top = 10 + x * CELL_WIDTH, 10 + y * CELL_HEIGHT
            if back != BASE_BACKGROUND:
                size = f'width="{CELL_WIDTH + 0.4}" height="{CELL_HEIGHT + 0.4}"'
                parts.append(f'<rect x="{left}" y="{top}" {size} fill="{back}"/>')
            if cell.data.strip():
                weight = ' font-weight="bold"' if cell.bold else ""
                data = html.escape(cell.data)
                parts.append(f'<text x="{left}" y="{top + 14.5}" fill="{front}"{weight}>{data}</text>')
    return "".join([*parts, "</g></svg>"])


def to_png(svg: str, file: Path) -> None:
    """Draw ``svg`` into ``file``."""
    import resvg_py

    fonts = [str(folder) for folder in (Path("/usr/share/fonts"), Path.home() / ".fonts") if folder.is_dir()]
    data = resvg_py.svg_to_bytes(svg_string=svg, font_dirs=fonts, font_family="DejaVu Sans Mono")
    file.write_bytes(bytes(data))


def shoot(
    name: str, columns: int, lines: int, act: Callable[[Terminal], None], *options: str, config: str = ""
) -> None:
    """One picture on a fresh home."""
    with tempfile.TemporaryDirectory() as home:
        if config:
            file = Path(home) / "config.toml"
            file.write_text(config, encoding="utf-8")
            options = (*options, "--config", str(file))
        with Terminal(
            [*SHIFTDECK, *options],
            home=Path(home),
            columns=columns,
            lines=lines,
            environ={"COLORTERM": "truecolor"},
        ) as terminal:
            act(terminal)
            terminal.settle()
            svg = to_svg(terminal)
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
        to_png(svg, FOLDER / f"{name}.png")
        print(f"screenshots/{name}.svg, .png")


def _list(terminal: Terminal) -> None:
    terminal.wait("●")


def _form(terminal: Terminal) -> None:
    terminal.wait("connected")
    terminal.press("/", "Schicht-Checkliste open", "enter", "enter")
    terminal.wait("F10")
    terminal.press("1", "1", "1", "4,5", "enter", "-18", "enter", "120", "enter")
    terminal.wait("saved here")


def _workflow(terminal: Terminal) -> None:
    terminal.wait("connected")
    terminal.press("/", "night early open", "enter")
    terminal.settle()
    terminal.press("w")
    terminal.settle()
    terminal.press("right")


def _runs(terminal: Terminal) -> None:
    terminal.wait("connected")
    terminal.press("w")
    terminal.settle()
    terminal.press("down", "down", "down", "enter")
    terminal.wait("ConnectTimeout")


def _exports(terminal: Terminal) -> None:
    terminal.wait("connected")
    terminal.press("/", "nightly", "enter", "enter")
    terminal.wait("Next run")
    terminal.press("f4", "1")
    terminal.settle()
    terminal.press("f10")
    terminal.wait("the server works on it")


def main() -> int:
    """Make them all."""
    shoot("list", 120, 40, _list)
    shoot("form", 100, 30, _form)
    shoot("narrow", 40, 20, _list)
    shoot("workflow", 160, 40, _workflow)
    shoot("german", 80, 24, _list, "--lang", "de")
    shoot("runs", 160, 32, _runs, config='[profiles.flows]\nsystem = "superai"\n')
    shoot("exports", 120, 32, _exports, config='[profiles.shop]\nsystem = "spaaza"\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
