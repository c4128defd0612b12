"""The last line of a form while one jumps to a field: what was typed, and which field it means."""

from __future__ import annotations

from tui.form.flow import FormFlow
from tui.i18n import _, say
from tui.ui.text import cells, clean, cut
from tui.ui.widgets.form_text import Row, Span, edited_line, width_of


def prompt(flow: FormFlow, width: int) -> tuple[Row, int]:
    """The row at ``width`` columns, and the column of the cursor in it; nothing while no jump is open."""
    if flow.jump is None:
        return (), 0
    head = _("Jump to field (number or letters): ") if width >= 60 else _("Field: ")
    target = flow.jump_target()
    words = clean(say(flow.said)) if flow.said is not None else ""
    if not words and target is not None:
        words = "→ " + clean(flow.state.entries[target].field.label)
    # What is said is read whole; of a long text that was typed the end is enough.
    typed = max(4, min(20, width - len(head) - cells(words) - 2))
    part = edited_line(flow.jump.text, flow.jump.cursor, typed, selected=flow.jump.selected, style="prompt")
    room = max(0, width - len(head) - width_of(part.spans) - 2)
    row = (Span(head, "prompt"), *part.spans, Span("  " + cut(words, room), "prompt"))
    return row, len(head) + part.column
