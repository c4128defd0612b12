"""Where the columns of a form stand at one width: bar, mark, number, label, value."""

from __future__ import annotations

from tui.form.entry import Entry
from tui.form.state import FormState
from tui.ui.text import cells, clean

WIDE = 66
"""From this width on label and value stand side by side."""
SHORT_LABEL = 22
SHORT_VALUE = 12


class Columns:
    """The columns of ``state`` at ``width``; computed once, for nothing here depends on what is answered.

    ``left`` is where values begin, ``value_width`` what they have. Where label and value stand below each other
    (not ``wide``), a short answer stands beside its short label: from ``side`` on, ``side_width`` columns.
    """

    def __init__(self, state: FormState, width: int) -> None:
        self.width = max(12, width)
        self.wide = width >= WIDE
        self.number_width = len(str(max(1, len(state.numbers))))
        self.gutter = 3 + self.number_width + 1
        self.labels = {entry.key: clean(entry.field.label or entry.key) for entry in state.shown}
        room = self.width - self.gutter
        self.label_width = room
        if self.wide:
            longest = max((cells(label) + 2 for label in self.labels.values()), default=0)
            self.label_width = max(10, min(longest, room * 42 // 100))
        self.left = self.gutter + self.label_width + 2 if self.wide else self.gutter
        self.value_width = max(8, self.width - self.left - 1)
        self.long_width = self.value_width - 1
        self.side = self.side_width = 0
        if not self.wide:
            short = (size for entry in state.shown if (size := self.label_cells(entry)) <= SHORT_LABEL)
            self.side = self.gutter + max(short, default=0) + 2
            self.side_width = self.width - self.side - 1

    def label_cells(self, entry: Entry) -> int:
        """The columns of a label with its mark for a required answer."""
        return cells(self.labels[entry.key]) + (2 if entry.if_empty is not None else 0)
