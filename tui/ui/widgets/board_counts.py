"""How many stand in each state, each count always in its place. Pure: no Textual."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.status import Phase
from tui.ui.text import cells
from tui.ui.widgets.board_lines import Canvas, Line, fitted
from tui.ui.widgets.execution_rows import BAD, CALM, LATE, PLAIN, word_of
from tui.workbench.figures import Count

_FIXED = 7
"""Counts that are always there; others stand behind them."""
_TILES_FROM = 80
"""Columns from which all of them stand beside each other, each with its word below."""


def counts_height(counts: int, width: int) -> int:
    """Lines that :func:`count_lines` takes."""
    shown = max(counts, _FIXED)
    return -(-shown // 2) if width < _TILES_FROM else 2 * -(-shown // _FIXED)


def count_lines(counts: Sequence[Count], canvas: Canvas) -> list[Line]:
    """Each status in its own place, with its shape, its number and the one word that it has at every width.

    A nought is there too, only quieter. Words stand below the numbers; on a narrow screen behind them, by twos.
    """
    words = [word_of(count.status) for count in counts]
    if canvas.width < _TILES_FROM:
        return _by_twos(counts, words, canvas)
    rooms = _tile_rooms(words, canvas.width)
    lines: list[Line] = []
    for first in range(0, len(counts), _FIXED):
        shown = list(zip(counts[first:], words[first:], rooms, strict=False))
        above = [
            (fitted(f" {_sign(count, canvas)} {count.number}", room, canvas), count) for count, _w, room in shown
        ]
        below = [(fitted(f" {word}", room, canvas), count) for count, word, room in shown]
        lines += [[(text, _count_part(count)) for text, count in line] for line in (above, below)]
    return lines


def _by_twos(counts: Sequence[Count], words: Sequence[str], canvas: Canvas) -> list[Line]:
    """Two counts to a line, the longer words on the left."""
    digits = max((len(str(count.number)) for count in counts), default=1)
    tiles = [
        (f" {_sign(count, canvas)} {count.number:>{digits}} {word}", _count_part(count))
        for count, word in zip(counts, words, strict=True)
    ]
    # As even as the words of the counts that are always there let it be.
    right = max((cells(text) for text, _part in tiles[1:_FIXED:2]), default=0)
    left = max((cells(text) for text, _part in tiles[:_FIXED:2]), default=0)
    left = max(canvas.width // 2, min(left, canvas.width - right))
    rooms = left, canvas.width - left
    lines = [tiles[first : first + 2] for first in range(0, len(tiles), 2)]
    return [
        [(fitted(text, room, canvas), part) for (text, part), room in zip(line, rooms, strict=False)]
        for line in lines
    ]


def _tile_rooms(words: Sequence[str], width: int) -> list[int]:
    """Cells of each tile: alike where the words let them be, those of the counts that are always there first."""
    rooms = [width // _FIXED] * _FIXED
    for known in (words[:_FIXED], words):
        needed = [1 + max(map(cells, known[place::_FIXED]), default=0) for place in range(_FIXED)]
        if sum(needed) <= width:
            rooms = _levelled(needed, width)
        if all(cells(word) < rooms[place % _FIXED] for place, word in enumerate(words)):
            break
    return rooms


def _levelled(needed: Sequence[int], width: int) -> list[int]:
    """Share ``width``, which is enough: what needs more than its share gets it, the others have the rest alike."""
    share = width // len(needed)
    while sum(max(need, share) for need in needed) > width:
        share -= 1
    return [max(need, share) for need in needed]


def _sign(count: Count, canvas: Canvas) -> str:
    return f"{count.status.code if canvas.ascii else count.status.shape:<2}"


def _count_part(count: Count) -> str:
    if not count.number:
        return CALM
    status = count.status
    if status.phase in (Phase.MISSED, Phase.DENIED, Phase.FAILED, Phase.BROKEN, Phase.UNKNOWN):
        return BAD
    return LATE if status.late and not status.phase.closed else PLAIN
