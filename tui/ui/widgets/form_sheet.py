"""The laid-out form: which rows every field takes, where they stand, and which of them changed.

Only the beginning of a long form is laid out at once: down to the lines that are to be seen and to the field with
the cursor. The rest follows when nobody waits (:meth:`FormSheet.lay_out`) or when somebody goes there; until then
its height is a guess, and no line above it depends on that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate

from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.ui.text import cells, cut, wrap
from tui.ui.widgets.form_lines import Body, Marks, Painter
from tui.ui.widgets.form_text import Row, Span

_HEAD_ROWS = 3


def _few_rows(words: Sequence[str], width: int) -> list[str]:
    rows = [row for line in words for row in wrap(line, max(4, width))]
    return (
        rows
        if len(rows) <= _HEAD_ROWS
        else [*rows[: _HEAD_ROWS - 1], cut(" ".join(rows[_HEAD_ROWS - 1 :]), width)]
    )


class FormSheet:
    """The rows of one form at one width; at least the first ``lines`` of them.

    ``tops[i]`` is the line where field ``i`` begins; the last is the end of what is laid out. ``head`` are words
    that stand above the first field.
    """

    def __init__(
        self,
        form: FormState,
        flow: FormFlow,
        width: int,
        marks: Marks,
        *,
        live: bool,
        lines: int | None = None,
        head: Sequence[str] = (),
    ) -> None:
        self.form = form
        self.flow = flow
        self.width = width
        self.painter = Painter(form, width, marks)
        self._fields = form.shown
        self.places = {entry.key: index for index, entry in enumerate(self._fields)}
        self.live = live
        self.bodies: list[Body] = []
        self.head: list[Row] = [(Span(" ", "bar"), Span(row, "help")) for row in _few_rows(head, width - 2)]
        self.tops: list[int] = [len(self.head)]
        if lines is None:
            self.lay_out(len(form.shown))
        else:
            self._down_to_line(lines)

    @property
    def stale(self) -> bool:
        """Whether the form asks other fields than are laid out here."""
        return self._fields is not self.form.shown

    @property
    def complete(self) -> bool:
        """Whether every field is laid out."""
        return len(self.bodies) == len(self.form.shown)

    @property
    def height(self) -> int:
        """Lines of the whole form; what is not laid out yet is guessed from what is."""
        known, rest = len(self.bodies), len(self.form.shown) - len(self.bodies)
        return self.tops[-1] + (rest * max(1, round(self.tops[-1] / known)) if rest and known else rest)

    @property
    def here(self) -> int | None:
        """The place of the field with the cursor; it and all above it are laid out."""
        place = self.places.get(self.flow.key) if self.flow.current is not None else None
        if place is not None and place >= len(self.bodies):
            self.lay_out(place + 1 - len(self.bodies))
        return place

    def lay_out(self, fields: int) -> bool:
        """Lay out so many fields more; whether that was all."""
        for index in range(len(self.bodies), min(len(self.bodies) + fields, len(self.form.shown))):
            body = self._body(index)
            self.bodies.append(body)
            self.tops.append(self.tops[-1] + len(body.rows))
        return self.complete

    def redraw(self, keys: Iterable[str], *, live: bool, drawn: Collection[int]) -> list[int] | None:
        """Lay out some fields again. The lines of ``drawn`` that changed, or ``None`` if all below moved."""
        self.live = live
        lines: list[int] = []
        moved = False
        for key in keys:
            index = self.places.get(key)
            if index is None or index >= len(self.bodies):
                continue
            old, new = self.bodies[index], self._body(index)
            self.bodies[index] = new
            moved = moved or len(old.rows) != len(new.rows)
            top, size = self.tops[index], min(len(old.rows), len(new.rows))
            lines += [
                line for line in drawn if top <= line < top + size and old.rows[line - top] != new.rows[line - top]
            ]
        if not moved:
            return lines
        self.tops = [*accumulate((len(body.rows) for body in self.bodies), initial=len(self.head))]
        return None

    def row_at(self, line: int) -> Row | None:
        """The row that stands at ``line``."""
        if 0 <= line < len(self.head):
            return self.head[line]
        place = self.place_at(line)
        return None if place is None else self.bodies[place].rows[line - self.tops[place]]

    def place_at(self, line: int) -> int | None:
        """The field that stands at ``line``."""
        self._down_to_line(line)
        return bisect_right(self.tops, line) - 1 if self.tops[0] <= line < self.tops[-1] else None

    def top_of(self, key: str) -> int:
        """The line where the field ``key`` begins."""
        place = self.places[key]
        self.lay_out(max(0, place + 1 - len(self.bodies)))
        return self.tops[place]

    def option_at(self, line: int, column: int) -> int | None:
        """The choice that is drawn at ``line`` and ``column``."""
        at = 0
        for span in self.row_at(line) or ():
            at += cells(span.text)
            if column < at:
                return span.option if span.option >= 0 else None
        return None

    def cursor(self) -> tuple[int, int]:
        """Column and line of the cursor; the beginning of the field where none is drawn."""
        place = self.here
        if place is None:
            return 0, 0
        column, row = self.bodies[place].cursor or (0, 0)
        return column, self.tops[place] + row

    def scroll_for_cursor(self, scroll: int, height: int) -> int:
        """The least scrolling that shows the field with the cursor, with the text that leads to it.

        Where the field before it was just found wanting, that one stays in sight too; and no answer or complaint
        stands at the top without the label that it belongs to.
        """
        place = self.here
        if place is None or height <= 0:
            return scroll
        top, bottom, line = self.tops[place], self.tops[place + 1], self.cursor()[1]
        lead = place
        while lead > 0 and bottom - self.tops[lead - 1] <= height and not self._answerable(lead - 1):
            lead -= 1
        if bottom - self.tops[lead] <= height:
            top = self.tops[lead]
        if lead == 0 and bottom <= height:
            top = 0
        if place and bottom - self.tops[place - 1] <= height and self._complains(place - 1):
            top = min(top, self.tops[place - 1])
        scroll = max(scroll, bottom - height)
        scroll = min(scroll, top)
        first = self.place_at(scroll)
        if first is not None and first < place and self.tops[first] < scroll:
            scroll = max(scroll, min(self.tops[first + 1], self.height - height))
        return max(scroll, line - height + 1)

    def _complains(self, place: int) -> bool:
        entry = self.form.shown[place]
        return entry.settled and entry.doubt is not None

    def page(self, step: int) -> str:
        """The answerable field about ``step`` lines away, at least one field on."""
        here = self.here or 0
        places = [self.places[key] for key in self.flow.order]
        line = self.tops[here] + step
        self._down_to_line(line)
        # The first field that is not laid out has its place already; those behind it are further away.
        near = min(
            (place for place in places if place < len(self.tops)), key=lambda place: abs(self.tops[place] - line)
        )
        if near == here:
            at = places.index(here) + (1 if step > 0 else -1)
            near = places[max(0, min(len(places) - 1, at))]
        return self.form.shown[near].key

    def _down_to_line(self, line: int) -> None:
        while self.tops[-1] <= line and not self.complete:
            self.lay_out(1)

    def _answerable(self, place: int) -> bool:
        return self.form.answerable(self.form.shown[place])

    def _body(self, index: int) -> Body:
        entry = self.form.shown[index]
        mine = self.flow.current is entry
        return self.painter.paint(entry, self.flow if mine else None, live=mine and self.live)
