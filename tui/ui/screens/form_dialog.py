"""A dialog of one sentence above a few fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.widget import Widget

from tui.form.state import FormState
from tui.i18n import _
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.field_help import field_help
from tui.ui.text import clean
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint

Result = TypeVar("Result")


class FormDialog(Dialog[Result]):
    """The keys go to ``form``; F10 does what it is for."""

    def __init__(self, title: str, state: FormState, name: str) -> None:
        super().__init__(title)
        self.state = state
        self.form: FormView = FormView(id=name)
        self.form.open(state)

    def body(self) -> list[Widget]:
        """The sentence and the fields."""
        return [self.scroll, self.form]

    def on_mount(self) -> None:
        """The first field has the focus."""
        super().on_mount()
        self.set_focus(self.form, scroll_visible=False)

    def explain(self) -> list[str]:
        """The field with the cursor."""
        entry = self.form.flow.current if self.form.flow is not None else None
        return [clean(entry.field.label), *field_help(self.state, entry, "F5")] if entry is not None else []

    def keys(self) -> list[tuple[str, str]]:
        """What every form knows."""
        return [("Enter", _("take the answer and go on")), ("↑ ↓", _("other fields"))]

    def paste(self, text: str) -> None:
        """Into the field."""
        self.form.take_paste(text)


class ShowDialog(FormDialog[Result]):
    """Asks what is to be shown. Enter after the last field shows it too, for nothing can be lost."""

    def __init__(self, title: str, state: FormState, name: str, conclude: Callable[[], None]) -> None:
        """``conclude``, with each field answered: close with what was asked for, or say what is wrong with it."""
        super().__init__(title, state, name)
        self._concluded = conclude

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F10", _("show"), "f10"), Hint("F3", _("back"), "f3"))

    def key(self, key: str, char: str | None) -> bool:
        """Fields, then show."""
        if key == "f10" or (key == "enter" and self.form.at_last_field):
            self.form.feed("enter", None) if key == "enter" else None
            if not self.stopped_by(self.state, self.form):
                self._concluded()
            return True
        return self.form.feed(key, char)
