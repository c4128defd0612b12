"""The dialog of an action: what it asks for, what it loses, and a way out that is always first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widget import Widget

from tui.form.codec import Control
from tui.form.editor import one_line, typable
from tui.form.state import FormState
from tui.i18n import _, say
from tui.model.action import WHY, Action, Delivery, Risk, Slot
from tui.model.execution import Execution
from tui.model.field import Field, Value
from tui.model.message import Message
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.field_help import field_help
from tui.ui.screens.search import ChoiceSearch
from tui.ui.text import clean
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint, OneLine
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from tui.workbench.workbench import Workbench

LONGER = 8
"""Characters that are taken beyond what is to be typed, so that a longer number is not taken for its beginning."""

END, SHOWN = 3, 12
"""Characters of an ID that are typed, and of which so many are shown."""

FORM_PART, BACK, CONFIRM, PROOF = 0, 1, 2, 3
_TEXTS = frozenset({Control.LINE, Control.LONG})
_SAFE = frozenset({Slot.CREATE})
"""What takes nothing from anybody: Enter after the last input meets the button that does it."""
_REASONED = frozenset({Slot.STATUS, Slot.RESET, Slot.CREATE})
"""What a supervisor does against the plan: the reason is noted here, for no system takes one."""


class Proof(NamedTuple):
    """What is to be typed, and in words what that is."""

    text: str
    meaning: str

    @classmethod
    def of(cls, action: Action, execution: Execution) -> Proof | None:
        """Where something is lost: what the action names, the number that the row wears, or the end of the ID."""
        if action.risk is not Risk.TYPED:
            return None
        ident = clean(execution.key.id)
        worn = re.match(r"#(\d+)(?!\w)", execution.title)
        if worn and not action.proof:
            return cls(worn[1], _("{proof} is its number in the list.", proof=worn[1]))
        text = action.proof or ident[-END:]
        if not text:
            return None
        number = ident if len(ident) <= SHOWN else f"…{ident[-SHOWN:]}"
        if text == ident:
            return cls(text, _("{proof} is its number.", proof=text))
        return cls(text, _("{proof} is the end of its number, {number}.", proof=text, number=number))


class ActionDialog(Dialog[dict[str, Value] | None]):
    """Asks for an action's inputs. F10 confirms, F3 cancels, Enter after the last input goes to the buttons.

    ``proof`` is what must be typed before something is lost: that line has the keys first, and Enter or Tab goes
    on from it. ``tells`` gives the sentences that depend on what is answered so far.
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
        proof: Proof | None = None,
        title: str = "",
        tells: Callable[[], list[str]] | None = None,
    ) -> None:
        super().__init__(title or say(action.label))
        self.action = action
        self.state = state
        self._bench = bench
        self._about = about
        self._tells = tells
        self._proof = proof
        self._typed = ""
        self._told = False
        """Whether it was said what is about to be created, and nothing was changed since."""
        self._first = CONFIRM if action.slot in _SAFE else BACK
        self._part = PROOF if self.proof else FORM_PART if state.shown else self._first
        self.form: FormView = FormView(id="dialog-form")
        self.form.open(state, recent=recent or {})
        self.form.display = bool(state.shown)
        self._lists = ChoiceSearch(bench, self.form, self.complain)
        self.form.searcher = self._lists.search
        self.confirmation = OneLine(id="dialog-proof")
        self.buttons = OneLine(id="dialog-buttons")

    def body(self) -> list[Widget]:
        """Text, what is typed to confirm it, inputs, buttons."""
        return [self.scroll, self.confirmation, self.form, self.buttons]

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        if self._told:
            return (Hint("Enter", say(self.action.label), "enter"), Hint("F3", _("back"), "f3"))
        on = (Hint("Enter", _("go on"), "enter"),) if self._part == PROOF else ()
        return (*on, Hint("F10", say(self.action.label), "f10"), Hint("F3", _("back"), "f3"))

    def on_mount(self) -> None:
        """What is to be typed first has the focus."""
        super().on_mount()
        self._focus()
        self._lists.first()

    def _focus(self) -> None:
        """The mark is in the form only while its keys go there."""
        self.set_focus(self.form if self._part == FORM_PART else None, scroll_visible=False)

    def more_rows(self) -> int:
        """The buttons, the lines above them and above the form, and what is typed."""
        return (3 if self.form.display else 2) + (1 if self.proof else 0)

    def explain(self) -> list[str]:
        """F1: the input with the cursor, and how to get out."""
        flow, lines = self.form.flow, []
        if self._part == FORM_PART and flow is not None and flow.current is not None:
            lines = [flow.current.field.label, *field_help(self.state, flow.current, "F5"), ""]
        if self.proof:
            lines += [_("To be sure, {proof} is typed first: no single key can do this.", proof=self.proof), ""]
        return [*lines, _("F10 does it. F3 leaves everything as it is; what was typed is there the next time.")]

    def draw(self) -> None:
        """What is about to happen, in sentences."""
        self.confirmation.display = bool(self.proof)
        self.confirmation.show(Content.assemble(*self._proof_line()))
        self.put(Content("\n".join(clean(line) for line in self.sentences())))
        self.bar.offer(self.hints())
        both = [self._button(BACK, _("Back")), self._button(CONFIRM, clean(self.deed()))]
        one, other = both if self._first == BACK else reversed(both)
        self.buttons.show(Content.assemble(*one, "  ", *other))

    def _proof_line(self) -> tuple[str | tuple[str, str], ...]:
        """What is to be typed, in words, and what is; the mark and the cursor only while keys go there."""
        here = self._part == PROOF
        words = _("To confirm, type {proof}:", proof=self.proof)
        mark = self.form.marks.bar if here else " "
        return (f"{mark} ", "bold $accent"), (words, "bold"), f" {self._typed}" + ("▁" if here else "")

    @property
    def proof(self) -> str:
        """What must be typed before it is done; "" for nothing."""
        return self._proof.text if self._proof is not None else ""

    def sentences(self) -> list[str]:
        """What is about to happen, line by line."""
        lines = [*self._about, *(self._tells() if self._tells is not None else ())]
        lines += self.warning()
        if self._told:
            lines += [_("This is created with Enter:"), *self._created()]
        lines += [say(words) for words in (self.action.does, self.action.loses) if words is not None]
        return [*lines, self._proof.meaning] if self._proof is not None else lines

    def warning(self) -> list[str]:
        """That there is no link for what does not wait for one."""
        if self.action.delivery is not Delivery.ONLINE or self._bench.link_state.state is not LinkState.OFFLINE:
            return []
        return [_("There is no link now, and this does not wait for one: it is sent at once or not at all.")]

    def deed(self) -> str:
        """What stands on the button that does it."""
        return say(self.action.label)

    def _button(self, part: int, label: str) -> tuple[tuple[str, str], ...]:
        chosen = self._part == part
        return ((">" if chosen else " ", "bold"), (f"[ {label} ]", "reverse bold" if chosen else ""))

    def key(self, key: str, char: str | None) -> bool:
        """What confirms it, then the inputs, then the buttons."""
        if key == "f10":
            if not self._told:  # a held key reads nothing: Enter creates it
                self._confirm()
        elif self._part == PROOF:
            self._proof_key(key, char)
        elif self._part != FORM_PART:
            self._button_key(key, char)
        elif key in ("up", "shift+tab", "f7") and self.proof and self._at_first_field:
            self._part = PROOF
        elif key == "down" and self._taken_inside(key):
            self.complain("")
        elif key in ("enter", "tab", "down") and self.form.at_last_field:
            self.form.feed("enter", None)
            self._part = self._after_inputs
        elif not self.form.feed(key, char):
            return False
        else:
            self.complain("")
        self._told = self._told and self._part != FORM_PART
        self._focus()
        self.draw()
        return True

    @property
    def _at_first_field(self) -> bool:
        flow = self.form.flow
        return flow is None or not flow.order or (flow.note is flow.jump is None and flow.key == flow.order[0])

    @property
    def _after_inputs(self) -> int:
        """The button that Enter meets: what was confirmed by typing is not asked about once more."""
        return CONFIRM if self.proof and self._typed == self.proof else self._first

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
        """Into what has the keys; on the buttons a text goes on in the last input."""
        if self._part == PROOF:
            self._take_proof(self._typed + one_line(text).strip())
            self.draw()
        elif self._part == FORM_PART or self._back_to_text():
            self.form.take_paste(text)
            self._focus()
            self.draw()
        else:
            super().paste(text)

    def _take_proof(self, typed: str) -> None:
        self._typed = typed[: len(self.proof) + LONGER]
        self.complain("")
        if self._typed == self.proof and not self.state.shown:
            self._part = CONFIRM  # typing it was the confirmation, and nothing else is asked

    def _proof_key(self, key: str, char: str | None) -> None:
        if key == "enter" and self._typed != self.proof:
            self._ask_for_proof()
        elif key in ("enter", "tab", "down"):
            self._part = FORM_PART if self.state.shown else self._after_inputs
        elif key == "backspace":
            self._take_proof(self._typed[:-1])
        elif key == "ctrl+u":
            self._take_proof("")
        elif typable(char):
            self._take_proof(self._typed + (char or ""))

    def _button_key(self, key: str, char: str | None) -> None:
        if key in ("left", "right", "tab"):
            self._part = CONFIRM if self._part == BACK else BACK
        elif key in ("up", "shift+tab"):
            self._part = FORM_PART if self.state.shown else PROOF if self.proof else self._part
        elif key == "enter":
            self._confirm() if self._part == CONFIRM else self.cancel()
        elif key == "backspace" and self.proof and not self.state.shown:
            self._part = PROOF
            self._take_proof(self._typed[:-1])
        elif typable(char) and char != " " and self.proof and not self.state.shown:
            self._part = PROOF  # a longer number was meant, so another one
            self._take_proof(self._typed + (char or ""))
        elif typable(char) and char != " " and self._back_to_text():
            self.form.feed(key, char)

    def _back_to_text(self) -> bool:
        """Go back to the end of the last input if it is a text: who went on too early goes on writing there."""
        flow = self.form.flow
        last = flow.order[-1] if flow is not None and flow.order else None
        if flow is None or last is None or self.state.entries[last].codec.control not in _TEXTS:
            return False
        self.form.focus_field(last)
        self.form.feed("end", None)  # what stands there is no longer marked as a whole
        self._part, self._told = FORM_PART, False
        return True

    def _ask_for_proof(self) -> None:
        typed, self._typed = clean(self._typed), ""  # what is wrong must not stand in the way of what is right
        self._part = PROOF
        if typed:
            self.complain(_("{typed} is not it. Nothing was done; type {proof}.", typed=typed, proof=self.proof))
        else:
            self.complain(_("Type {proof} first, so that this does not happen by accident.", proof=self.proof))

    def _confirm(self) -> None:
        if self.proof and self._typed != self.proof:
            self._ask_for_proof()
            return
        if self.stopped_by(self.state, self.form):
            self._part = FORM_PART
            self._focus()
            return
        if self.action.slot in _SAFE and self.action.risk is not Risk.PLAIN and not self._told:
            self._told, self._part = True, CONFIRM
            self.complain("")
            self._focus()
            return
        self.close(self.state.values())

    def _created(self) -> list[str]:
        """What is created, presets that nobody touched included, in words."""
        labels = {field.key: say(Message(field.label)) for field in self.action.inputs}
        lines = []
        for entry in self.state.shown:
            label = labels.get(entry.key, entry.key)
            if entry.field.kind == "description":
                lines.append(label)
            elif not entry.empty:
                lines.append(f"{label}: {entry.shown()} {entry.field.unit}".rstrip())
        return lines


def fields_of(action: Action) -> tuple[Field, ...]:
    """What is asked for an action: its own inputs and, where its system keeps no reason, one for the history."""
    if action.slot not in _REASONED:
        return action.inputs
    label = Message("Reason, for the history").english()
    return (*action.inputs, Field(key=WHY, label=label, kind="text"))


def turn(old: Message, new: Message, *, ascii_only: bool) -> str:
    """``Open → Denied``."""
    return f"{say(old)} {'->' if ascii_only else '→'} {say(new)}"
