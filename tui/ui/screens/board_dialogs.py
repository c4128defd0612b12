"""Small questions of list and board: one line of text, and until when something is shelved."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from textual.content import Content

from tui.form.editor import LineEditor
from tui.i18n import _
from tui.ui.moments import moment_text
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.pick import Option
from tui.ui.text import clean
from tui.ui.widgets.one_line import Hint

SPANS = (15, 30, 60, 240)
"""Minutes for which something can be shelved at once."""


class LineDialog(Dialog[str | None]):
    """Asks for one line. Enter and F10 hand it over, F3 leaves everything as it is."""

    def __init__(self, title: str, question: str, *, may_be_empty: bool = False) -> None:
        super().__init__(title)
        self._question = question
        self._may_be_empty = may_be_empty
        self._line = LineEditor()

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("Enter", _("go on"), "enter"), Hint("F3", _("cancel"), "f3"))

    def draw(self) -> None:
        """Question and line."""
        before, after = self._line.text[: self._line.cursor], self._line.text[self._line.cursor :]
        typed = Content.assemble(clean(before), (clean(after[:1]) or " ", "reverse"), clean(after[1:]))
        self.put(Content("\n").join([Content.styled(self._question, "$calm"), typed]))

    def key(self, key: str, char: str | None) -> bool:
        """Everything that edits, and the two keys that end it."""
        if key in ("enter", "f10"):
            text = self._line.text.strip()
            if text or self._may_be_empty:
                self.close(text)
            else:
                self.complain(_("Nothing is typed yet."))
            return True
        changed = self._line.press(key, char)
        if changed:
            self.complain("")
            self.draw()
        return changed

    def paste(self, text: str) -> None:
        """A pasted or scanned line."""
        self._line.insert(clean(text))
        self.draw()


def shelf_options(now: datetime, end_of_day: datetime, zone: ZoneInfo) -> list[Option]:
    """Until when: some minutes from now, or the end of the day. The values are ISO moments."""
    moments = [now + timedelta(minutes=minutes) for minutes in SPANS]
    words = [_("{n} minutes", n=minutes) if minutes < 60 else _("{n} h", n=minutes // 60) for minutes in SPANS]
    if end_of_day > now:
        moments.append(end_of_day)
        words.append(_("the end of the day"))
    return [
        Option(moment.isoformat(), label, _("until {time}", time=moment_text(moment, now, zone)))
        for moment, label in zip(moments, words, strict=True)
    ]
