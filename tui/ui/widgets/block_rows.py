"""The rows of what is only read: headings that fold, labelled values, what goes on, files. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tui.i18n import _, plural, say
from tui.model.execution import Block, Download, Line, Tone
from tui.ui.text import cells, clean, wrap

INDENT = 2
LABEL_WIDTH = 16
"""From here on a value stands under its label instead of beside it."""
SIGNS = {Tone.GOOD: ("✓ ", "+ "), Tone.WARNING: ("! ", "! "), Tone.BAD: ("✕ ", "x ")}
"""How a line reads without colour, and in ASCII."""


class Kind(StrEnum):
    """What a row is, and so what Enter does on it: fold, nothing, go on, fetch."""

    HEAD = "head"
    LINE = "line"
    MORE = "more"
    FILE = "file"


class Row(NamedTuple):
    """One row of the screen. ``name`` is the ID of its block, or the reference of its file."""

    kind: Kind
    name: str
    text: str
    tone: Tone = Tone.PLAIN


class Shown(msgspec.Struct, kw_only=True):
    """What the rows are made of. ``turned``: blocks that a person folded or unfolded; ``asked``: blocks whose next
    lines are on their way; ``fetching``: what to say of a file, by its reference."""

    blocks: Sequence[Block] = ()
    downloads: Sequence[Download] = ()
    turned: Set[str] = frozenset()
    asked: Set[str] = frozenset()
    fetching: Mapping[str, str] = {}

    def folded(self, block: Block) -> bool:
        """Whether only its title is shown."""
        return block.folded is not (block.id in self.turned)


def rows_of(shown: Shown, width: int, *, ascii_only: bool = False) -> list[Row]:
    """All rows at ``width`` columns; those of the files come first, for they can be acted on."""
    rows: list[Row] = []
    for download in shown.downloads:
        said = shown.fetching.get(download.ref) or _("Enter saves it")
        text = f"{'v' if ascii_only else '⇩'} {clean(download.name)}: {said}"
        rows += [Row(Kind.FILE, download.ref, part) for part in wrap(text, width)]
    for block in shown.blocks:
        rows += _block(block, shown, width, ascii_only)
    return rows


def _block(block: Block, shown: Shown, width: int, ascii_only: bool) -> list[Row]:
    folded = shown.folded(block)
    mark = ("+" if folded else "-") if ascii_only else ("▸" if folded else "▾")
    title = f"{mark} {clean(say(block.title))}"
    if folded and block.lines:
        title += f" ({plural('{n} line', '{n} lines', len(block.lines))})"
    rows = [Row(Kind.HEAD, block.id, part) for part in wrap(title, width)]
    if folded:
        return rows
    for line in block.lines:
        rows += [Row(Kind.LINE, block.id, text, line.tone) for text in _line(line, width, ascii_only)]
    if block.more:
        words = _("Reading on …") if block.id in shown.asked else _("There is more: Enter reads on")
        rows += [Row(Kind.MORE, block.id, " " * INDENT + part) for part in wrap(words, width - INDENT)]
    return rows


def _line(line: Line, width: int, ascii_only: bool) -> list[str]:
    sign = SIGNS[line.tone][ascii_only] if line.tone in SIGNS else ""
    text = sign + clean(say(line.text))
    label = clean(say(line.label)) + ":" if line.label is not None else ""
    if not label:
        # What is set in by the server (JSON, a traceback) stays so, as far as there is room.
        said = say(line.text)
        indent = " " * (INDENT + min(len(said) - len(said.lstrip(" ")), width // 2))
        return [indent + part for part in wrap(text.strip(), max(1, width - len(indent))) or [""]]
    column = INDENT + LABEL_WIDTH + 1
    if cells(label) > LABEL_WIDTH or width < column + LABEL_WIDTH:
        return [" " * INDENT + part for part in wrap(f"{label} {text}", max(1, width - INDENT))]
    parts = wrap(text, width - column) or [""]
    head = " " * INDENT + label + " " * (LABEL_WIDTH - cells(label) + 1) + parts[0]
    return [head, *(" " * column + part for part in parts[1:])]
