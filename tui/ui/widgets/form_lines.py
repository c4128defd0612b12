"""How one field of a form becomes rows of text: pure layout, no widget. :class:`Painter` knows width and marks."""

from __future__ import annotations

from typing import NamedTuple

from tui.form.choosing import DIRECT, numbers, place
from tui.form.codec import Control, is_empty
from tui.form.codecs.multi_choice import chosen
from tui.form.entry import BY_VALUE, Entry
from tui.form.flow import FormFlow
from tui.form.picking import Picker
from tui.form.state import FormState
from tui.i18n import _, plural, say
from tui.model.message import Message
from tui.ui.text import cells, clean, cut, from_html, wrap
from tui.ui.widgets.form_text import Row, Span, edited_line, edited_part, glyphs, row_starts, width_of

WIDE = 66
"""From this width on label and value stand side by side."""
_SHORT_LABEL = 22
_SHORT_VALUE = 12
_HELP_ROWS = 2
_READ_ROWS = 8
_LONG_ROWS = 1
PRESET = Message("preset: Enter takes it")


class Marks(NamedTuple):
    """The signs of the form; each also differs in shape, so colour is never needed."""

    bar: str = "▌"
    done: str = "✓"
    open: str = "·"
    doubt: str = "!"
    note: str = "✎"


ASCII_MARKS = Marks(bar=">", done="x", open=".", doubt="!", note="~")


class Body(NamedTuple):
    """The rows of the value column and the cursor in it: column, row."""

    rows: list[Row]
    cursor: tuple[int, int] | None = None


class Painter:
    """Lays out the fields of one form for one width."""

    def __init__(self, state: FormState, width: int, marks: Marks) -> None:
        self.state = state
        self.marks = marks
        self.width = max(12, width)
        self.number_width = len(str(max(1, len(state.numbers))))
        self.gutter = 3 + self.number_width + 1
        self.labels = {entry.key: clean(entry.field.label or entry.key) for entry in state.shown}
        self.wide = width >= WIDE
        room = self.width - self.gutter
        longest = max((cells(label) + 2 for label in self.labels.values()), default=0)
        self.label_width = max(10, min(longest, room * 42 // 100)) if self.wide else room
        self.left = self.gutter + self.label_width + 2 if self.wide else self.gutter
        self.value_width = max(8, self.width - self.left - 1)
        self.long_width = self.value_width - 1
        # Where label and value stand below each other, a short answer still stands beside its short label.
        short = [width for entry in state.shown if (width := self._label_cells(entry)) <= _SHORT_LABEL]
        self.side = self.gutter + max(short, default=0) + 2
        self.side_width = self.width - self.side - 1
        self.room = self.value_width

    def paint(self, entry: Entry, flow: FormFlow | None, *, live: bool) -> Body:
        """All rows of a field. ``flow`` is given for the field with the cursor, ``live`` if keys go there."""
        if entry.field.kind == "description":
            return self._description(entry)
        beside = not self.wide and self._beside(entry)
        self.room = self.side_width if beside else self.value_width
        body = self._value(entry, flow if live else None)
        rows, cursor = body.rows, body.cursor
        for extra in (self._help(entry), self._note(entry, flow if live else None), self._troubles(entry, flow)):
            rows += extra
        if flow is not None and live and flow.note is not None:
            note = edited_line(flow.note.text, flow.note.cursor, self.value_width - 2, selected=False)
            cursor = (2 + note.column, len(rows))
            rows.append((Span(f"{self.marks.note} ", "note"), *note.spans))
        return self._join(entry, rows, cursor, focused=flow is not None, beside=beside)

    # ── the frame: bar, mark, number, label ──────────────────────────────────────────────────────────────────

    def _join(
        self, entry: Entry, rows: list[Row], cursor: tuple[int, int] | None, *, focused: bool, beside: bool
    ) -> Body:
        label = self._label(entry, focused=focused)
        bar = Span(self.marks.bar if focused else " ", "bar")
        number = str(self.state.numbers.get(entry.key, "")).rjust(self.number_width)
        mark, mark_style = self._mark(entry)
        first: Row = (bar, Span(mark, mark_style), Span(f" {number} ", "number"))
        rest: Row = (bar, Span(" " * (self.gutter - 1), "label"))
        out: list[Row] = []
        if beside:
            gap = " " * (self.side - self.gutter - width_of(label[0]))
            out = [(*first, *label[0], Span(gap, "label"), *rows[0]), *((*rest, *row) for row in rows[1:])]
            margin = self.gutter if cursor is None or cursor[1] else self.side
            return Body(out, None if cursor is None else (margin + cursor[0], cursor[1]))
        if not self.wide:
            out = [(*(first if index == 0 else rest), *row) for index, row in enumerate(label)]
            shift = len(out)
            out += [(*rest, *row) for row in rows]
        else:
            shift = 0
            for index in range(max(len(label), len(rows))):
                left = label[index] if index < len(label) else ()
                gap = " " * (self.label_width + 2 - width_of(left))
                right = rows[index] if index < len(rows) else ()
                out.append((*(first if index == 0 else rest), *left, Span(gap, "label"), *right))
        place_ = None if cursor is None else (self.left + cursor[0], shift + cursor[1])
        return Body(out, place_)

    def _label(self, entry: Entry, *, focused: bool) -> list[Row]:
        style = "label-focus" if focused else "label"
        text = self.labels[entry.key]
        required = entry.codec.validate(entry.field, None, entry.ctx) is not None
        room = self.label_width - 2 if required else self.label_width
        lines = [text] if text.isascii() and len(text) <= room else wrap(text, max(4, room))
        rows: list[Row] = [(Span(line, style),) for line in lines]
        if required:
            rows[-1] = (*rows[-1], Span(" *", "required"))
        return rows

    def _label_cells(self, entry: Entry) -> int:
        required = entry.codec.validate(entry.field, None, entry.ctx) is not None
        return cells(self.labels[entry.key]) + (2 if required else 0)

    def _beside(self, entry: Entry) -> bool:
        """Whether the answer has room beside its label; judged by what it may need, so that rows keep still."""
        if self.side_width < _SHORT_VALUE or self._label_cells(entry) > _SHORT_LABEL:
            return False
        field, control = entry.field, entry.codec.control
        unit = min(12, cells(clean(field.unit))) + 1 if field.unit else 0
        if not self.state.answerable(entry):
            text = clean(entry.shown(), lines=True)
            return "\n" not in text and cells(text) + unit <= self.side_width and control is not Control.BLOCK
        if control is Control.LINE and entry.codec.keypad:
            hint = entry.codec.hint(field, entry.ctx) if is_empty(field.default) else PRESET
            needed = 5 + unit + (3 + cells(say(hint)) if hint is not None else 0)
            return max(needed, cells(entry.text) + 1 + unit, cells(entry.shown()) + unit) <= self.side_width
        if control in BY_VALUE and control is not Control.PICKER and len(field.choices) <= DIRECT:
            row = self._options(entry, None).rows[:1]
            drawn = sum(span.option >= 0 for span in row[0])
            return drawn == len(field.choices) and width_of(row[0]) <= self.side_width
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
        room = self.width - 2
        head: list[Row] = [
            (Span(" ", "bar"), Span(line, "heading")) for line in wrap(self.labels[entry.key], room)
        ]
        text = from_html(entry.field.help)
        return Body(head + [(Span(" ", "bar"), Span(row, "help")) for row in (wrap(text, room) if text else ())])

    # ── what stands under the value ──────────────────────────────────────────────────────────────────────────

    def _help(self, entry: Entry) -> list[Row]:
        if not entry.field.help:
            return []
        rows = wrap(from_html(entry.field.help).replace("\n", " "), self.value_width)
        if len(rows) > _HELP_ROWS:
            rows = [*rows[: _HELP_ROWS - 1], cut(" ".join(rows[_HELP_ROWS - 1 :]), self.value_width)]
        return [(Span(row, "help"),) for row in rows]

    def _note(self, entry: Entry, flow: FormFlow | None) -> list[Row]:
        if not entry.note or (flow is not None and flow.note is not None):
            return []
        rows = wrap(clean(entry.note), self.value_width - 2)
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
            rows += self._marked(" ", say(flow.said), "hint")
        return rows

    def _conflict(self, entry: Entry, flow: FormFlow | None) -> list[Row]:
        conflict = entry.conflict
        if conflict is None:
            return []
        rows = self._marked(self.marks.doubt, say(conflict.message), "value")
        if flow is not None and flow.asking:
            rows += self._marked(" ", _("1 keep mine   2 take theirs"), "chosen")
        elif flow is not None:
            rows += self._marked(" ", _("To decide, come back to this field."), "hint")
        return rows

    def _marked(self, mark: str, text: str, style: str) -> list[Row]:
        return [
            (Span(f"{mark} " if index == 0 else "  ", "problem"), Span(row, style))
            for index, row in enumerate(wrap(clean(text), self.value_width - 2))
        ]

    # ── the value ────────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, entry: Entry, flow: FormFlow | None) -> Body:
        control = entry.codec.control
        if not self.state.answerable(entry):
            return self._read_only(entry)
        if control is Control.LINE:
            return self._line(entry, flow)
        if control is Control.LONG:
            return self._long(entry, flow)
        if control in BY_VALUE:
            picker = flow.picker if flow is not None else None
            if len(entry.field.choices) <= DIRECT and control is not Control.PICKER:
                return self._options(entry, picker)
            return self._finder(entry, picker)
        return self._read_only(entry)

    def _read_only(self, entry: Entry) -> Body:
        text = clean(entry.shown(), lines=True)
        if text and entry.field.unit:
            text = f"{text} {clean(entry.field.unit)}"
        rows: list[Row] = [(Span(row, "value"),) for row in wrap(text or "—", self.value_width)[:_READ_ROWS]]
        hint = entry.codec.hint(entry.field, entry.ctx) if not self.state.read_only else None
        if hint is not None and (entry.codec.control is Control.BLOCK or entry.codec.control is Control.PICKER):
            rows += [(Span(row, "hint"),) for row in wrap(say(hint), self.value_width)]
        return Body(rows)

    @staticmethod
    def _offer(entry: Entry) -> str:
        return entry.codec.format(entry.field, entry.offer, entry.ctx)

    def _tail(self, entry: Entry, used: int, *, hint: bool) -> list[Span]:
        spans: list[Span] = []
        if entry.field.unit:
            spans.append(Span(f" {cut(clean(entry.field.unit), 12)}", "unit"))
        words = entry.codec.hint(entry.field, entry.ctx)
        if hint and not is_empty(entry.offer):
            words = PRESET
        room = self.room - used - width_of(spans) - 3
        if words is not None and room >= 6 and (hint or entry.field.kind == "number"):
            spans.append(Span(f"   {cut(say(words), room)}", "hint"))
        return spans

    def _line(self, entry: Entry, flow: FormFlow | None) -> Body:
        unit = min(12, cells(clean(entry.field.unit))) + 1 if entry.field.unit else 0
        room = self.room - unit
        if flow is not None and flow.line is not None:
            line = flow.line
            part = edited_line(line.text, line.cursor, room, selected=line.selected)
            used = max(width_of(part.spans), 4)
            pad = Span("_" * (used - width_of(part.spans)), "blank")
            spans = [*part.spans, *([pad] if pad.text else [])]
            cursor = None if flow.note is not None else (part.column, 0)
            tail = self._recent(flow, entry, used) or self._tail(entry, used, hint=True)
            return Body([(*spans, *tail)], cursor)
        text, style = cut(glyphs(entry.shown()), room), "value"
        if not text and not is_empty(entry.offer):
            text, style = f"({cut(glyphs(self._offer(entry)), room - 2)})", "offer"
        elif not text:
            text, style = cut(clean(entry.field.placeholder), room) or "____", "blank"
        return Body([(Span(text, style), *self._tail(entry, cells(text), hint=False))])

    def _recent(self, flow: FormFlow, entry: Entry, used: int) -> list[Span]:
        recent = flow.recent.get(entry.key, ())
        if not recent or flow.line is None or flow.line.text:
            return []
        words = "  ".join(f"{index} {clean(text)}" for index, text in enumerate(recent[:9], start=1))
        return [Span(f"  {cut(words, self.room - used - 2)}", "hint")]

    def _long(self, entry: Entry, flow: FormFlow | None) -> Body:
        live = flow is not None and flow.line is not None
        text, style = entry.text, "value"
        if live and flow is not None and flow.line is not None:
            text, style = flow.line.text, "edit"
        elif not text and not is_empty(entry.offer):
            text, style = self._offer(entry), "offer"
        starts = row_starts(text, self.long_width)
        shown = glyphs(text.replace("\n", " "))
        rows: list[Row] = []
        cursor = None
        for index, start in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else len(shown)
            if live and flow is not None and flow.line is not None:
                at = flow.line.cursor
                if start <= at and (at < end or index + 1 == len(starts)):
                    part = edited_part(shown, start, end, at, selected=flow.line.selected, style=style)
                    cursor = None if flow.note is not None else (part.column, index)
                    rows.append(tuple(part.spans))
                    continue
                style = "selected" if flow.line.selected else "edit"
            rows.append(
                (Span(shown[start:end].rstrip() or ("____" if not text else ""), style if text else "blank"),)
            )
        rows += [()] * (_LONG_ROWS - len(rows))
        hint = entry.codec.hint(entry.field, entry.ctx)
        rows.append((Span(cut(say(hint), self.value_width), "hint"),) if live and hint is not None else ())
        return Body(rows, cursor)

    def _options(self, entry: Entry, picker: Picker | None) -> Body:
        many = entry.codec.control is Control.MULTI
        keys, offered = numbers(entry.field.choices), is_empty(entry.value) and not entry.text
        value = entry.offer if offered else entry.value
        picked = chosen(value) if many else [value if isinstance(value, str) else str(value)]
        rows: list[list[Span]] = [[]]
        cursor: tuple[int, int] | None = None
        for index, choice in enumerate(entry.field.choices):
            label = clean(choice.label) or choice.value
            text = label if label == keys[index] else f"{keys[index]} {label}"
            on = choice.value in picked
            before, behind = _brackets(many=many, on=on, offered=offered)
            text = cut(before + text + behind, self.value_width)
            style = "option" if not on else "offer" if offered else "chosen"
            if picker is not None and picker.option == index:
                style = "pointed"
            if rows[-1] and width_of(rows[-1]) + 1 + cells(text) > self.value_width:
                rows.append([])
            if rows[-1]:
                rows[-1].append(Span(" ", "option"))
            if picker is not None and (cursor is None or style in ("pointed", "chosen")):
                cursor = (width_of(rows[-1]), len(rows) - 1)
            rows[-1].append(Span(text, style, index))
        done: list[Row] = [tuple(row) for row in rows]
        stray = entry.text if entry.doubt is not None and entry.doubt.kind != "server" else ""
        if picker is not None and picker.filter:
            part = edited_line(picker.filter, len(picker.filter), self.value_width - 2, selected=False)
            cursor = (2 + part.column, len(done))
            done.append((Span("> ", "hint"), *part.spans))
        elif stray or (not many and not is_empty(value) and place(entry.field.choices, value) is None):
            done.append((Span(cut(glyphs(stray or str(value)), self.value_width), "value"),))
        return Body(done, cursor)

    def _finder(self, entry: Entry, picker: Picker | None) -> Body:
        offered = is_empty(entry.value) and not is_empty(entry.offer) and not entry.text
        text = entry.codec.show(entry.field, entry.offer, entry.ctx) if offered else entry.shown()
        style = "offer" if offered else "value" if text else "blank"
        if picker is None:
            first: Row = (Span(cut(glyphs(text), self.value_width) or "____", style),)
            count = len(entry.field.choices)
            return Body([first, (Span(plural("{n} choice", "{n} choices", count), "hint"),)])
        part = edited_line(picker.filter, len(picker.filter), self.value_width // 2, selected=False)
        room = max(0, self.value_width - 3 - width_of(part.spans))
        hint = Span(cut(_("type to find, ◂ ▸ choose, Enter takes it"), room), "hint")
        shown = Span(cut(glyphs(text), room), style) if text and text != picker.filter else hint
        prompt: Row = (Span("> ", "hint"), *part.spans, Span(" ", "hint"), shown)
        return Body([prompt, tuple(self._matches(entry, picker))], (2 + part.column, 0))

    def _matches(self, entry: Entry, picker: Picker) -> list[Span]:
        matches = picker.matches
        if not matches:
            return [Span(_("None of the choices fits this."), "hint")]
        meant = picker.meant
        # The option pointed at is always in sight: the row begins at most two before it.
        start = max(0, matches.index(meant) - 2) if meant in matches else 0
        row: list[Span] = []
        for index in matches[start:]:
            choice = entry.field.choices[index]
            on = choice.value in picker.picked
            text = f"{picker.keys[index]} {clean(choice.label)}"
            room = self.value_width - width_of(row) - (2 if row else 0)
            if room < 6:
                break
            style = "pointed" if index == meant else "chosen" if on else "option"
            row += [Span("  ", "option")] if row else []
            row.append(Span(cut(f"[x]{text}" if on else text, room), style, index))
        return row


def _brackets(*, many: bool, on: bool, offered: bool) -> tuple[str, str]:
    if many:
        return ("(x)" if offered else "[x]", "") if on else ("[ ]", "")
    if not on:
        return " ", " "
    return ("(", ")") if offered else ("[", "]")
