"""How an answer becomes rows of text: a line, a text, choices side by side or found by typing. No widget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tui.form.choosing import DIRECT, numbers, place
from tui.form.codec import Control, Suggestion, is_empty
from tui.form.codecs.multi_choice import chosen
from tui.form.entry import BY_VALUE, Entry
from tui.form.flow import FormFlow
from tui.form.picking import Picker
from tui.form.state import FormState
from tui.i18n import _, plural, say
from tui.model.message import Message
from tui.ui.text import cells, clean, cut, wrap
from tui.ui.widgets.form_columns import Columns
from tui.ui.widgets.form_matches import fitting, how_to_pick, match_row
from tui.ui.widgets.form_text import (
    Edited,
    Row,
    Span,
    edited_line,
    edited_part,
    glimpse,
    glyphs,
    rows_of,
    width_of,
)
from tui.ui.widgets.form_wrap import Wrapped

_READ_ROWS = 8
_UNIT = 12
PRESET = Message("preset: Enter takes it")
KEPT_FILE = Message("a file is there: a path replaces it")


class Marks(NamedTuple):
    """The signs of the form; each also differs in shape, so colour is never needed."""

    bar: str = "▌"
    done: str = "✓"
    open: str = "·"
    doubt: str = "!"
    note: str = "✎"
    ahead: str = "▸"
    thumb: str = "▐"


ASCII_MARKS = Marks(bar=">", done="x", open=".", doubt="!", note="~", ahead=">", thumb="#")


class Body(NamedTuple):
    """The rows of the value column and the cursor in it: column, row."""

    rows: Sequence[Row]
    cursor: tuple[int, int] | None = None


def in_rows(entry: Entry) -> bool:
    """Whether all choices are drawn, each with its digit; else one types to find."""
    few = entry.whole and len(entry.field.choices) <= DIRECT
    return few and entry.codec.control in BY_VALUE and not entry.codec.finder


def all_drawn(entry: Entry, picker: Picker | None) -> bool:
    """Whether every choice is in sight: of a server's short list only while the cursor is there."""
    return in_rows(entry) or (picker is not None and picker.direct)


def unit_cells(entry: Entry) -> int:
    """The columns of the unit and the space before it."""
    return min(_UNIT, cells(clean(entry.field.unit))) + 1 if entry.field.unit else 0


class Values:
    """Draws the answers of one form. ``room`` is the width that the present one has."""

    def __init__(self, state: FormState, columns: Columns, marks: Marks) -> None:
        self.state = state
        self.columns = columns
        self.marks = marks
        self.room = columns.value_width
        self._wrapped: dict[str, Wrapped] = {}

    def value(self, entry: Entry, flow: FormFlow | None) -> Body:
        """The answer; ``flow`` is given for the field that takes the keys."""
        control = entry.codec.control
        if not self.state.answerable(entry):
            return self._read_only(entry)
        if control is Control.LINE:
            return self._line(entry, flow)
        if control is Control.LONG:
            return self._long(entry, flow)
        picker = flow.picker if flow is not None else None
        return self.options(entry, picker) if all_drawn(entry, picker) else self._finder(entry, picker)

    def preset(self, entry: Entry) -> str:
        """The preset for reading, where nobody has answered yet; "" without one."""
        if is_empty(entry.offer) or not entry.empty or self.state.read_only:
            return ""
        return entry.codec.show(entry.field, entry.offer, entry.ctx)

    # ── what is only read ────────────────────────────────────────────────────────────────────────────────────

    def _read_only(self, entry: Entry) -> Body:
        width = self.columns.value_width
        # A preset of what nobody can fill in here is no offer: it stands as the server has it.
        text = clean(entry.shown() or self.preset(entry), lines=True)
        if text.strip() and entry.field.unit:
            text = f"{text} {clean(entry.field.unit)}"
        lines = wrap(text if text.strip() else "—", width)
        if len(lines) > _READ_ROWS:
            lines = [*lines[: _READ_ROWS - 1], cut(" ".join(lines[_READ_ROWS - 1 :]), width)]
        rows: list[Row] = [(Span(row, "value"),) for row in lines]
        only = "" if self.state.read_only or entry.codec.control is Control.BLOCK else _("read-only")
        if only and len(rows) == 1 and width_of(rows[0]) + 3 + cells(only) <= min(width, self.room):
            rows[0] = (*rows[0], Span(f"   {only}", "hint"))
        hint = entry.codec.hint(entry.field, entry.ctx) if not self.state.read_only else None
        if hint is not None and (entry.codec.control is Control.BLOCK or entry.codec.finder):
            rows += self._hinted(say(hint))
        return Body(rows)

    def _hinted(self, words: str) -> list[Row]:
        return [(Span(row, "hint"),) for row in wrap(words, self.columns.value_width)]

    # ── one line ─────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, entry: Entry, flow: FormFlow | None) -> Body:
        room = self.room - unit_cells(entry)
        if flow is not None and flow.line is not None:
            return self._edited(entry, flow, room)
        text, style = glimpse(entry.shown(), room), "value"
        if not text and (preset := self.preset(entry)):
            text, style = f"({glimpse(preset, room - 2)})", "offer"
        elif not text:
            text, style = cut(clean(entry.field.placeholder), room) or "____", "blank"
        return Body([(Span(text, style), *self._tail(entry, cells(text), hint=False))])

    def _edited(self, entry: Entry, flow: FormFlow, room: int) -> Body:
        line = flow.line
        if line is None:
            return Body([()])
        text, cursor_at = line.text, line.cursor
        if line.selected and text == entry.base_text and entry.field.kind == "file":
            # Where the server keeps its file is nobody's business until somebody edits it.
            text = entry.shown()
            cursor_at = len(text)
        part = edited_line(text, cursor_at, room, selected=line.selected)
        ahead = flow.suggestions()
        if ahead:
            row = self._with_ghost(part.spans, ahead[0].text, line.text, room)
            return Body([row, self._ahead(ahead)], (part.column, 0))
        used = max(width_of(part.spans), 4)
        pad = Span("_" * (used - width_of(part.spans)), "blank")
        spans = [*part.spans, *([pad] if pad.text else [])]
        cursor = None if flow.note is not None else (part.column, 0)
        recent = self._recent(flow, entry)
        tail = self._reading(entry, used) or self._tail(entry, used, hint=not recent)
        # What has no room behind the text stands below it, whole.
        beside = "  ".join(recent)
        if recent and cells(beside) <= self.room - used - width_of(tail) - 3:
            tail, recent = [*tail, Span(f"   {beside}", "hint")], []
        words = "\n".join(recent) or ("" if any(span.style == "hint" for span in tail) else self._words(entry))
        return Body([(*spans, *tail), *(self._hinted(words) if words else [])], cursor)

    @staticmethod
    def _with_ghost(spans: Sequence[Span], whole: str, typed: str, room: int) -> Row:
        """What Right would add, under and behind the cursor."""
        rest = glyphs(whole[len(typed) :]) if whole.startswith(typed) else ""
        space = room - width_of(spans) + 1
        if not rest or space < 2:
            return tuple(spans)
        shown = cut(rest, space)
        return (*spans[:-1], Span(shown[:1], "cursor"), Span(shown[1:], "offer"))

    def _ahead(self, ahead: Sequence[Suggestion]) -> Row:
        row = [Span(f"{self.marks.ahead} ", "hint")]
        for index, suggestion in enumerate(ahead):
            room = self.columns.value_width - width_of(row) - (2 if index else 0)
            if room < 4:
                break
            row += [Span("  ", "hint")] if index else []
            row.append(Span(cut(clean(suggestion.label), room), "hint" if index else "chosen"))
        return tuple(row)

    def _tail(self, entry: Entry, used: int, *, hint: bool) -> list[Span]:
        spans: list[Span] = []
        if entry.field.unit:
            spans.append(Span(f" {cut(clean(entry.field.unit), _UNIT)}", "unit"))
        words = self._words(entry, focused=hint) if hint or entry.field.kind in ("number", "file") else ""
        if words and cells(words) <= self.room - used - width_of(spans) - 3:
            spans.append(Span(f"   {words}", "hint"))
        return spans

    @staticmethod
    def _words(entry: Entry, *, focused: bool = True) -> str:
        """What may be typed, in a few words; that a preset is offered comes first."""
        words = PRESET if focused and not is_empty(entry.offer) else entry.codec.hint(entry.field, entry.ctx)
        if entry.field.kind == "file" and not entry.empty and not entry.value_dirty:
            words = KEPT_FILE
        return "" if words is None else say(words)

    def _reading(self, entry: Entry, used: int) -> list[Span]:
        """How a typed date or time is understood, while it is typed."""
        if not entry.codec.keypad or entry.field.kind == "number" or entry.unread or is_empty(entry.value):
            return []
        reading = entry.codec.show(entry.field, entry.value, entry.ctx)
        if reading == entry.text.strip() or entry.text == entry.base_text:
            return []
        return [Span(f"   {cut('= ' + glyphs(reading), max(0, self.room - used - 3))}", "hint")]

    def _recent(self, flow: FormFlow, entry: Entry) -> list[str]:
        """What a digit picks now."""
        recent = flow.recent.get(entry.key, ())
        writer = flow.writer
        if not recent or writer is None or (writer.line.text and not writer.taken):
            return []
        room = self.columns.value_width - 2
        return [f"{index} {cut(clean(text), room)}" for index, text in enumerate(recent[:9], start=1)]

    # ── several lines ────────────────────────────────────────────────────────────────────────────────────────

    def _long(self, entry: Entry, flow: FormFlow | None) -> Body:
        line = flow.line if flow is not None else None
        text, style = entry.text, "value"
        if line is not None:
            text, style = line.text, "edit"
        elif not text and (preset := self.preset(entry)):
            text, style = preset, "offer"
        starts = self.starts(entry.key, text)
        selected, at = (line.selected, line.cursor) if line is not None else (False, 0)
        here = bisect_right(starts, at) - 1 if line is not None else -1
        # What is wrong with it says more than what is expected, and there is little room.
        doubted = entry.settled and entry.doubt is not None
        hint = entry.codec.hint(entry.field, entry.ctx) if line is not None and not doubted else None
        last = self._hinted(say(hint)) if hint is not None else [()]

        def words(index: int) -> str:
            end = starts[index + 1] if index + 1 < len(starts) else len(text)
            return glyphs(text[starts[index] : end].replace("\n", " "))

        def part(index: int) -> Edited:
            shown = words(index)
            return edited_part(shown, 0, len(shown), at - starts[index], selected=selected, style=style)

        def row(index: int) -> Row:
            if index >= len(starts):
                return last[index - len(starts)]
            if index == here:
                return tuple(part(index).spans)
            shown = words(index).rstrip() or ("____" if not text else "")
            return (Span(shown, "selected" if selected else style if text else "blank"),)

        cursor = (part(here).column, here) if flow is not None and here >= 0 and flow.note is None else None
        return Body(rows_of(len(starts) + len(last), row), cursor)

    def starts(self, key: str, text: str) -> list[int]:
        """Where the rows of the long text in field ``key`` begin."""
        if key not in self._wrapped:
            self._wrapped[key] = Wrapped(self.columns.long_width)
        return self._wrapped[key].starts(text)

    # ── choices ──────────────────────────────────────────────────────────────────────────────────────────────

    def options(self, entry: Entry, picker: Picker | None) -> Body:
        """Up to nine choices, each with what is typed for it."""
        many = entry.codec.control is Control.MULTI
        keys, offered = numbers(entry.field.choices), is_empty(entry.value) and not entry.text
        value = entry.offer if offered else entry.value
        picked = chosen(value) if many else [value if isinstance(value, str) else str(value)]
        meant = picker.meant if picker is not None else None
        width = self.columns.value_width
        rows: list[list[Span]] = [[]]
        cursor: tuple[int, int] | None = None
        for index, choice in enumerate(entry.field.choices):
            label = clean(choice.label) or choice.value
            text = label if label == keys[index] else f"{keys[index]} {label}"
            on = choice.value in picked
            before, behind = _brackets(many=many, on=on, offered=offered)
            if meant == index and not many and not on:
                before = self.marks.ahead
            text = cut(before + text + behind, width)
            style = "option" if not on else "offer" if offered else "chosen"
            if meant == index:
                style = "pointed"
            if rows[-1] and width_of(rows[-1]) + 1 + cells(text) > width:
                rows.append([])
            if rows[-1]:
                rows[-1].append(Span(" ", "option"))
            if picker is not None and (cursor is None or style in ("pointed", "chosen")):
                cursor = (width_of(rows[-1]), len(rows) - 1)
            rows[-1].append(Span(text, style, index))
        done: list[Row] = [tuple(row) for row in rows]
        if picker is not None and picker.filter:
            part = edited_line(picker.filter, len(picker.filter), width - 2, selected=picker.marked)
            cursor = (2 + part.column, len(done))
            done.append((Span("> ", "hint"), *part.spans))
            if not picker.matches:
                said = fitting(
                    (_("None of the choices fits this: Esc takes it back."), _("Nothing fits: Esc")), width
                )
                done.append((Span(said, "hint"),))
        elif picker is not None and entry.codec.finder:
            done.append((Span(how_to_pick(picker, width), "hint"),))
        elif entry.rest or (not many and not is_empty(value) and place(entry.field.choices, value) is None):
            done.append((Span(glimpse(entry.rest or str(value), width), "value"),))
        return Body(done, cursor)

    def _finder(self, entry: Entry, picker: Picker | None) -> Body:
        width, preset = self.columns.value_width, self.preset(entry)
        # What was typed and names nobody stands in the prompt already.
        picks_alone = picker is not None and bool(entry.rest)
        text = entry.codec.show(entry.field, entry.value, entry.ctx) if picks_alone else entry.shown()
        style = "offer" if preset and not text else "value" if text else "blank"
        text = text or (f"({preset})" if preset else "")
        if picker is None:
            first: Row = (Span(glimpse(text, width) or "____", style),)
            return Body([first, (Span(cut(_size(entry), width), "hint"),)])
        part = edited_line(picker.filter, len(picker.filter), width // 2, selected=picker.marked)
        room = max(0, width - 3 - width_of(part.spans))
        hint = Span(how_to_pick(picker, room), "hint")
        shown = Span(glimpse(text, room), style) if text and text != picker.filter else hint
        prompt: Row = (Span("> ", "hint"), *part.spans, Span(" ", "hint"), shown)
        return Body([prompt, tuple(match_row(entry, picker, width, self.marks.ahead))], (2 + part.column, 0))


def _size(entry: Entry) -> str:
    """How many choices there are, where that is known."""
    if not entry.whole:
        return _("a list that is searched as you type")
    count = len(entry.listing.choices if entry.listing is not None else entry.field.choices)
    return plural("{n} choice", "{n} choices", count)


def _brackets(*, many: bool, on: bool, offered: bool) -> tuple[str, str]:
    if many:
        return ("(x)" if offered else "[x]", "") if on else ("[ ]", "")
    if not on:
        return " ", " "
    return ("(", ")") if offered else ("[", "]")
