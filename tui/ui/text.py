"""The only door through which text becomes something on the screen.

Text from a server is never markup and never a control sequence: controls and bidi overrides are taken out
here, and every other module hands over ``Content``, ``Text`` or a cleaned ``str`` drawn by a Line API widget.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui.model.plain import clean as clean

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_BREAKS = frozenset({"p", "br", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"})


def content(text: object, style: str = "", *, lines: bool = False) -> Content:
    """``text`` for a Textual widget: shown literally, whatever it holds."""
    safe = clean(text, lines=lines)
    return Content.styled(safe, style) if style else Content(safe)


def from_html(text: str) -> str:
    """A server's HTML description as plain lines. Tags go, entities are read, blocks become new lines."""
    if "<" not in text and "&" not in text:
        return clean(text, lines=True)
    flat = _TAG.sub(_break, text)
    rows = [clean(row).strip() for row in html.unescape(flat).split("\n")]
    return "\n".join(row for row in rows if row)


def _break(tag: re.Match[str]) -> str:
    name = tag.group(2).lower()
    if name == "li":
        return "" if tag.group(1) else "\n• "
    return "\n" if name in _BREAKS else ""


_KEPT = 200
"""Characters of the longest text whose width is remembered."""


def cells(text: str) -> int:
    """How many terminal columns ``text`` takes."""
    return _cells(text) if len(text) <= _KEPT else cell_len(text)


@lru_cache(maxsize=4096)
def _cells(text: str) -> int:
    return cell_len(text)


def cut(text: str, width: int, *, mark: str = "…") -> str:
    """At most ``width`` columns of ``text``; the last one is ``mark`` when something was cut."""
    if width <= 0:
        return ""
    if len(text) <= width and text.isascii():
        return text
    if len(text) > 8 * width + 8 and cells(text[: 8 * width + 8]) > width:
        text = text[: 8 * width + 8]
    elif cells(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + mark if width > 1 else mark


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly ``width`` columns: cut with a mark, or filled with spaces on the other side."""
    short = cut(text, width)
    gap = " " * max(0, width - cells(short))
    return gap + short if right else short + gap


def bar_text(done: int, many: int, width: int) -> str:
    """``[#####-----] 5 / 10``."""
    numbers = f" {done} / {many}"
    room = max(4, min(40, width - len(numbers) - 2))
    full = room * done // max(1, many)
    return f"[{'#' * full}{'-' * (room - full)}]{numbers}"


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns (at least 2), broken at spaces where there are any."""
    width = max(2, width)
    out: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if cells(candidate) <= width:
                line = candidate
                continue
            if line:
                out.append(line)
            *full, line = _pieces(word, width)
            out += full
        out.append(line)
    return out


def _pieces(word: str, width: int) -> list[str]:
    """A word too long for a line, in parts that fit."""
    parts: list[str] = []
    part = ""
    for char in word:
        if part and cells(part + char) > width:
            parts.append(part)
            part = ""
        part += char
    return [*parts, part]
