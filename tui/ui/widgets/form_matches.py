"""What a finder offers in one row: the choices that fit, how many more there are, and how one picks."""

from __future__ import annotations

from collections.abc import Sequence

from tui.form.entry import Entry
from tui.form.picking import Picker
from tui.i18n import _
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.form_text import Span, width_of

_LEAST = 6
"""Columns in which the beginning of a name still says something."""


def match_row(entry: Entry, picker: Picker, width: int, ahead: str) -> list[Span]:
    """The choices that fit, with ``+n`` for those that have no room; the one pointed at is always among them."""
    matches = picker.matches
    if entry.searching(picker.filter):
        return [Span(cut(_("searching …"), width), "hint")]
    if not matches:
        return [Span(cut(_("None of the choices fits this."), width), "hint")]
    at = matches.index(picker.meant) if picker.meant in matches else 0
    # Where there is room for them, two before it are seen too.
    for before in (2, 1, 0):
        row = _row_from(max(0, at - before), entry, picker, width, ahead)
        if any(span.option == matches[at] for span in row):
            break
    return row


def _row_from(start: int, entry: Entry, picker: Picker, width: int, ahead: str) -> list[Span]:
    matches = picker.matches
    row: list[Span] = [Span(f"+{start}", "hint")] if start else []
    for place in range(start, len(matches)):
        rest = len(matches) - place
        between = "  " if row else ""
        more = len(f"  +{rest - 1}") if rest > 1 else 0
        room = width - width_of(row) - len(between) - more
        span = _option(matches[place], entry, picker, ahead)
        if place > start and (room < _LEAST or cells(span.text) > room):
            return [*row, Span(f"  +{rest}", "hint")]
        row += [Span(between, "option")] if between else []
        row.append(Span(cut(span.text, room), span.style, span.option))
    return row


def _option(index: int, entry: Entry, picker: Picker, ahead: str) -> Span:
    choice = entry.field.choices[index]
    on, meant = choice.value in picker.picked, index == picker.meant
    mark = "[x]" if on else ahead if meant else ""
    text = f"{picker.keys[index]} {clean(choice.label)}".lstrip()
    return Span(mark + text, "pointed" if meant else "chosen" if on else "option", index)


def how_to_pick(picker: Picker, width: int) -> str:
    """How one picks here: as much of it as has room."""
    if picker.many:
        ways: tuple[str, ...] = (
            _("type to find, ◂ ▸ choose, Space takes or drops, Enter takes it and goes on"),
            _("type or ◂ ▸, Space takes, Enter goes on"),
            _("type or ◂ ▸, Space takes"),
            _("type to find"),
        )
    else:
        ways = (_("type to find, ◂ ▸ choose, Enter takes it"), _("type or ◂ ▸, Enter takes"), _("type to find"))
    return fitting(ways, width)


def fitting(ways: Sequence[str], width: int) -> str:
    """The first of ``ways`` that has room in ``width`` columns; nothing rather than half of one."""
    return next((words for words in ways if cells(words) <= width), "")
