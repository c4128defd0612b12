"""The note to a field while it is written, and an answer beyond its limits that is kept as one."""

from __future__ import annotations

from tui.form.editor import LineEditor
from tui.form.entry import Entry
from tui.form.rules import is_required
from tui.model.message import Message

NO_NOTE = Message("This field takes no note.")
KEPT = Message("Kept as a note; the answer is empty.")
STILL_NEEDED = Message("Kept as a note; an answer inside the limits is still needed.")


class NoteLine(LineEditor):
    """``keeping``: the typed answer may not stand, so it stands here already, and Enter leaves it here alone.

    Until somebody writes or presses Enter, the note itself is as it was.
    """

    def __init__(self, entry: Entry) -> None:
        self.keeping = entry.beyond_limits
        self._before = entry.note
        # What is written behind the answer shall not stick to its unit.
        super().__init__(f"{entry.note_with_answer()} " if self.keeping else entry.note)
        self._offered = self.text

    @property
    def note(self) -> str:
        """The note as far as somebody wrote it: what only stands here to be kept is none yet."""
        return self._before if self.text == self._offered else self.text

    def renewed(self, entry: Entry) -> NoteLine:
        """The line over what came from elsewhere, with its cursor where this one has it."""
        line = NoteLine(entry)
        if self.cursor < len(self.text):
            line.move_to(self.cursor)
        return line


def keep(entry: Entry, line: NoteLine) -> Message | None:
    """Enter in the note: the answer beyond the limits is the note now; what to say about it, if it was one."""
    if not line.keeping or not line.text.strip():
        return None
    entry.keep_as_note(line.text.strip())
    return STILL_NEEDED if is_required(entry.field) else KEPT
