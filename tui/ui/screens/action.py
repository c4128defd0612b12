"""The dialog of an action: what it asks for, what it loses, and a way out that is always first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tui.form.state import FormState
from tui.i18n import _, say
from tui.model.action import Action, Risk, Slot
from tui.model.field import Value
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.field_help import field_help
from tui.ui.screens.search import ChoiceSearch
from tui.ui.text import clean
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint, OneLine

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

FORM_PART, CANCEL, CONFIRM = 0, 1, 2
_SAFE = frozenset({Slot.CREATE})
"""What takes nothing from anybody: Enter after the last input meets the button that does it."""


class ActionDialog(Dialog[dict[str, Value] | None]):
    """Asks for an action's inputs. F10 confirms, F3 cancels, Enter after the last input goes to the buttons.

    ``proof`` is what must be typed before something is lost ("" for nothing). ``tells`` gives the sentences that
    depend on what is answered so far.
    """

    DEFAULT_CSS = """
    ActionDialog FormView { margin: 1 0 0 0; }
    ActionDialog #dialog-buttons { margin: 1 0 0 0; }
    """

    def __init__(
        self,
        action: Action,
        about: list[str],
        state: FormState,
        bench: Workbench,
        *,
        recent: dict[str, list[str]] | None = None,
        proof: str = "",
        title: str = "",
        tells: Callable[[], list[str]] | None = None,
    ) -> None:
        super().__init__(title or say(action.label))
        self.action = action
        self.state = state
        self._about = about
        self._tells = tells
        self._proof = proof
        self._typed = ""
        self._first = CONFIRM if action.slot in _SAFE else CANCEL
        self._part = FORM_PART if state.shown else self._first
        self.form: FormView = FormView(id="dialog-form")
        self.form.open(state, recent=recent or {})
        self.form.display = bool(state.shown)
        self._lists = ChoiceSearch(bench, self.form, self.complain)
        self.form.searcher = self._lists.search
        self.buttons = OneLine(id="dialog-buttons")

    def body(self) -> list[Widget]:
        """Text, inputs, buttons."""
        return [self.scroll, self.form, self.buttons]

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (Hint("F10", say(self.action.label), "f10"), Hint("F3", _("cancel"), "f3"))

    def on_mount(self) -> None:
        """The first input has the focus."""
        super().on_mount()
        if self.state.shown:
            self.set_focus(self.form, scroll_visible=False)
        self._lists.first()

    def more_rows(self) -> int:
        """The buttons, and the lines above them and above the form."""
        return 3 if self.form.display else 2

    def explain(self) -> list[str]:
        """F1: the input with the cursor, and how to get out."""
        flow, lines = self.form.flow, []
        if self._part == FORM_PART and flow is not None and flow.current is not None:
            lines = [flow.current.field.label, *field_help(self.state, flow.current, "F5"), ""]
        return [*lines, _("F10 does it. F3 leaves everything as it is; what was typed is there the next time.")]

    def draw(self) -> None:
        """What is about to happen, in sentences."""
        parts = [Content("\n".join(clean(line) for line in self.sentences()))]
        if self.proof:
            asked = _("To confirm, type {proof}:", proof=self.proof)
            parts.append(Content.assemble("\n", (asked, "bold"), f" {self._typed}▁"))
        self.put(Content("").join(parts))
        both = [self._button(CANCEL, _("Cancel")), self._button(CONFIRM, clean(self.deed()))]
        one, other = both if self._first == CANCEL else reversed(both)
        self.buttons.show(Content.assemble(*one, "  ", *other))

    @property
    def proof(self) -> str:
        """What must be typed before it is done; "" for nothing."""
        return self._proof

    def sentences(self) -> list[str]:
        """What is about to happen, line by line."""
        lines = [*self._about, *(self._tells() if self._tells is not None else ())]
        return [*lines, say(self.action.loses)] if self.action.loses is not None else lines

    def deed(self) -> str:
        """What stands on the button that does it."""
        return say(self.action.label)

    def _button(self, part: int, label: str) -> tuple[tuple[str, str], ...]:
        chosen = self._part == part
        return ((">" if chosen else " ", "bold"), (f"[ {label} ]", "reverse bold" if chosen else ""))

    def key(self, key: str, char: str | None) -> bool:
        """Inputs first, then the buttons."""
        if key == "f10":
            self._confirm()
        elif self._part != FORM_PART:
            self._button_key(key, char)
        elif key == "down" and self._taken_inside(key):
            self.complain("")
        elif key in ("enter", "tab", "down") and self.form.at_last_field:
            self.form.feed("enter", None)
            self._part = self._first
        elif not self.form.feed(key, char):
            return False
        else:
            self.complain("")
        self.draw()
        return True

    def _taken_inside(self, key: str) -> bool:
        """Give ``key`` to the form; whether anything moved in it. A text of several lines has rows of its own."""
        before = self._where()
        return self.form.feed(key, None) and self._where() != before

    def _where(self) -> tuple[object, ...]:
        flow = self.form.flow
        line = flow.writer.line if flow is not None and flow.writer is not None else None
        place = (line.text, line.cursor) if line is not None else ()
        return flow.key if flow is not None else "", *place

    def paste(self, text: str) -> None:
        """Into the input."""
        if self._part == FORM_PART:
            self.form.take_paste(text)
        else:
            super().paste(text)

    def _button_key(self, key: str, char: str | None) -> None:
        if self.proof and char is not None and char.isprintable():
            self._typed = (self._typed + char)[: len(self.proof)]
            if self._typed == self.proof:
                self._part = CONFIRM  # typing it was the confirmation
                self.complain("")
        elif self.proof and key == "backspace":
            self._typed, self._part = self._typed[:-1], CANCEL
        elif key in ("left", "right", "tab"):
            self._part = CONFIRM if self._part == CANCEL else CANCEL
        elif key in ("up", "shift+tab") and self.state.shown:
            self._part = FORM_PART
        elif key == "enter":
            self._confirm() if self._part == CONFIRM else self.cancel()

    def _confirm(self) -> None:
        if self.proof and self._typed != self.proof:
            self._part = CANCEL
            self.complain(_("Type {proof} first, so that this does not happen by accident.", proof=self.proof))
            return
        if self.stopped_by(self.state, self.form):
            self._part = FORM_PART
            return
        self.close(self.state.values())


def proof_for(action: Action, execution_id: str) -> str:
    """What the action itself names, else the last three digits of the ID, where something would be lost."""
    return (action.proof or execution_id[-3:]) if action.risk is Risk.TYPED else ""
