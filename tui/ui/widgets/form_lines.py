"""How one field of a form becomes rows of text: its frame, its answer, and what is said about it. No widget."""

from __future__ import annotations

from collections.abc import Sequence

from tui.form.codec import Control, is_empty
from tui.form.entry import Entry
from tui.form.flow import FormFlow
from tui.form.state import FormState
from tui.i18n import _, say
from tui.ui.text import cells, clean, cut, from_html, wrap
from tui.ui.widgets.form_columns import SHORT_LABEL, SHORT_VALUE, Columns
from tui.ui.widgets.form_text import ASKED, Row, Span, edited_line, rows_of, width_of
from tui.ui.widgets.form_values import PRESET, Body, Marks, Values, in_rows, unit_cells

__all__ = ["Body", "Marks", "Painter"]

_HELP_ROWS = 2


class Painter:
    """Lays out the fields of one form for one width."""

    def __init__(self, state: FormState, width: int, marks: Marks) -> None:
        self.state = state
        self.marks = marks
        self.columns = Columns(state, width)
        self.values = Values(state, self.columns, marks)

    def paint(self, entry: Entry, flow: FormFlow | None, *, live: bool) -> Body:
        """All rows of a field. ``flow`` is given for the field with the cursor, ``live`` if keys go there."""
        if entry.field.kind == "description":
            return self._description(entry)
        columns = self.columns
        beside = not columns.wide and self._beside(entry)
        self.values.room = columns.side_width if beside else columns.value_width
        mine = flow if live else None
        body = self.values.value(entry, mine)
        answer, cursor = body.rows, body.cursor
        more = [*self._troubles(entry, flow), *self._help(entry), *self._note(entry, mine)]
        if mine is not None and mine.note is not None:
            note = edited_line(mine.note.text, mine.note.cursor, columns.value_width - 2, selected=False)
            cursor = (2 + note.column, len(answer) + len(more))
            more.append((Span(f"{self.marks.note} ", "note"), *note.spans))
        size = len(answer)
        rows = rows_of(size + len(more), lambda row: answer[row] if row < size else more[row - size])
        return self._join(entry, rows, cursor, live=mine is not None, beside=beside)

    # ── the frame: bar, mark, number, label ──────────────────────────────────────────────────────────────────

    def _join(
        self, entry: Entry, rows: Sequence[Row], cursor: tuple[int, int] | None, *, live: bool, beside: bool
    ) -> Body:
        columns = self.columns
        label = self._label(entry, focused=live)
        bar = Span(self.marks.bar if live else " ", "bar")
        number = str(self.state.numbers.get(entry.key, "")).rjust(columns.number_width)
        mark, mark_style = self._mark(entry)
        first: Row = (bar, Span(mark, mark_style), Span(f" {number} ", "number"))
        rest: Row = (bar, Span(" " * (columns.gutter - 1), "label"))
        if beside:
            gap = " " * (columns.side - columns.gutter - width_of(label[0]))
            out = [(*first, *label[0], Span(gap, "label"), *rows[0]), *((*rest, *row) for row in rows[1:])]
            margin = columns.gutter if cursor is None or cursor[1] else columns.side
            return Body(out, None if cursor is None else (margin + cursor[0], cursor[1]))
        if not columns.wide:
            shift = len(label)
            place = None if cursor is None else (columns.left + cursor[0], shift + cursor[1])

            def below(index: int) -> Row:
                row = label[index] if index < shift else rows[index - shift]
                return (*(first if index == 0 else rest), *row)

            return Body(rows_of(shift + len(rows), below), place)

        def side_by_side(index: int) -> Row:
            left = label[index] if index < len(label) else ()
            gap = " " * (columns.label_width + 2 - width_of(left))
            right = rows[index] if index < len(rows) else ()
            return (*(first if index == 0 else rest), *left, Span(gap, "label"), *right)

        place = None if cursor is None else (columns.left + cursor[0], cursor[1])
        return Body(rows_of(max(len(label), len(rows)), side_by_side), place)

    def _label(self, entry: Entry, *, focused: bool) -> list[Row]:
        style = "label-focus" if focused else "label"
        text = self.columns.labels[entry.key]
        required = entry.if_empty is not None
        room = self.columns.label_width - 2 if required else self.columns.label_width
        lines = [text] if text.isascii() and len(text) <= room else wrap(text, max(4, room))
        rows: list[Row] = [(Span(line, style),) for line in lines]
        if required:
            rows[-1] = (*rows[-1], Span(" *", "required"))
        return rows

    def _beside(self, entry: Entry) -> bool:
        """Whether the answer has room beside its label; judged by what it may need, so that rows keep still."""
        width = self.columns.side_width
        if width < SHORT_VALUE or self.columns.label_cells(entry) > SHORT_LABEL:
            return False
        field, control = entry.field, entry.codec.control
        unit = unit_cells(entry)
        if not self.state.answerable(entry):
            text = clean(entry.shown() or self.values.preset(entry), lines=True)
            return "\n" not in text and cells(text) + unit <= width and control is not Control.BLOCK
        if control is Control.LINE and entry.codec.keypad:
            hint = entry.codec.hint(field, entry.ctx) if is_empty(field.default) else PRESET
            needs = 5 + unit + (3 + cells(say(hint)) if hint is not None else 0)
            return max(needs, cells(entry.text) + 1 + unit, cells(entry.shown()) + unit) <= width
        if in_rows(entry):
            row = self.values.options(entry, None).rows[:1]
            drawn = sum(span.option >= 0 for span in row[0])
            return drawn == len(field.choices) and width_of(row[0]) <= width
        return False

    def _mark(self, entry: Entry) -> tuple[str, str]:
        if entry.conflict is not None or self.state.leftover(entry.key):
            return self.marks.doubt, "problem"
        if entry.settled and entry.doubt is not None and (entry.dirty or entry.server_problem):
            return self.marks.doubt, "problem"
        if not entry.empty and (entry.doubt is None or not entry.dirty):
            return self.marks.done, "done"
        return (self.marks.open, "open") if self.state.answerable(entry) else (" ", "label")

    def _description(self, entry: Entry) -> Body:
        room = self.columns.width - 2
        head: list[Row] = [
            (Span(" ", "bar"), Span(line, "heading")) for line in wrap(self.columns.labels[entry.key], room)
        ]
        text = from_html(entry.field.help)
        return Body(head + [(Span(" ", "bar"), Span(row, "help")) for row in (wrap(text, room) if text else ())])

    # ── what stands under the value ──────────────────────────────────────────────────────────────────────────

    def _help(self, entry: Entry) -> list[Row]:
        if not entry.field.help:
            return []
        width = self.columns.value_width
        rows = wrap(from_html(entry.field.help).replace("\n", " "), width)
        if len(rows) > _HELP_ROWS:
            rows = [*rows[: _HELP_ROWS - 1], cut(" ".join(rows[_HELP_ROWS - 1 :]), width)]
        return [(Span(row, "help"),) for row in rows]

    def _note(self, entry: Entry, flow: FormFlow | None) -> list[Row]:
        if not entry.note or (flow is not None and flow.note is not None):
            return []
        rows = wrap(clean(entry.note), self.columns.value_width - 2)
        return [
            (Span(f"{self.marks.note} " if index == 0 else "  ", "note"), Span(row, "note"))
            for index, row in enumerate(rows)
        ]

    def _troubles(self, entry: Entry, flow: FormFlow | None) -> list[Row]:
        problem = entry.doubt if entry.settled and (entry.dirty or entry.server_problem) else None
        if problem is None and self.state.asked and entry.empty:
            problem = entry.problem
        rows = self._marked(self.marks.doubt, say(problem.message), "problem") if problem is not None else []
        rows += self._conflict(entry, flow)
        left = self.state.leftover(entry.key)
        if left.answer is not None:
            rows += self._marked(self.marks.doubt, _("you had: {answer}", answer=left.answer or "–"), "value")
        if left.note is not None:
            rows += self._marked(self.marks.doubt, _("your note: {note}", note=left.note or "–"), "value")
        if flow is not None and flow.said is not None and flow.jump is None:
            rows += self._marked(" ", say(flow.said), "hint", ASKED)
        return rows

    def _conflict(self, entry: Entry, flow: FormFlow | None) -> list[Row]:
        conflict = entry.conflict
        if conflict is None:
            return []
        asked = ASKED if flow is not None and flow.asking else -1
        rows = self._marked(self.marks.doubt, say(conflict.message), "value", asked)
        if flow is not None and flow.asking:
            rows += self._marked(" ", _("1 keep mine   2 take theirs"), "chosen", asked)
        elif flow is not None:
            rows += self._marked(" ", _("To decide, come back to this field."), "hint")
        return rows

    def _marked(self, mark: str, text: str, style: str, option: int = -1) -> list[Row]:
        return [
            (Span(f"{mark} " if index == 0 else "  ", "problem"), Span(row, style, option))
            for index, row in enumerate(wrap(clean(text), self.columns.value_width - 2))
        ]
