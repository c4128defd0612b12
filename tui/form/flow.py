"""The machine that a form's keys drive: strictly in order, without a screen, without waiting for anything.

``press`` and ``paste`` change the :class:`FormState` at once and answer what happened. ``None`` means "not mine":
the key belongs to whoever shows the form. Enter always goes on; what cannot be read stays as typed and is marked.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.form import jumping, noting
from tui.form.codec import is_empty
from tui.form.editor import LineEditor, one_line
from tui.form.effects import Edited, Effect, Focused, Shown, Sought
from tui.form.entry import Entry
from tui.form.picking import Picker
from tui.form.place import Place
from tui.form.question import MINE, Question
from tui.model.message import Message

ALL_ANSWERED = Message("All answered: F10 reviews and sends.")


class FormFlow(Place):
    """The keys of a form. What is open under the cursor: see :class:`Place`."""

    def focus(self, key: str) -> list[Effect]:
        """Leave the current field as Tab would and go to ``key``; nothing if it cannot be answered."""
        if key not in self.order:
            return []
        self.note = self.jump = None
        if key == self.key:
            self.question.arrive(self.current, stays=True)
            return []
        return [*self._leave(), *self._go(key)]

    def choose(self, key: str, index: int) -> list[Effect]:
        """Pick a choice by pointing at it; the cursor comes along and stays."""
        effects = self.focus(key)
        if self.key != key or self.picker is None:
            return effects
        self.picker.point(index)
        return [*effects, self._edited(key)]

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────

    def press(self, key: str, char: str | None = None) -> list[Effect] | None:
        """Handle one key, named as Textual names it; ``char`` is its text if it has one."""
        if key == "ctrl+j":
            # A scanner or paste that ends in CR LF is one Enter; a bare LF is an Enter too.
            after, self._after_return = self._after_return, False
            if after:
                return []
            key, char = "enter", None
        else:
            self._after_return = key == "enter"
        said, self.said = self.said, None
        if self.jump is not None:
            return self._press_jump(self.jump, key, char)
        entry = self.current
        if entry is None:
            self.said = said
            return None
        if self.note is not None:
            return self._press_note(self.note, key, char)
        answer = self.question.answer(entry, char)
        if isinstance(answer, Message):
            self.said = answer
            return []
        if answer is not None:
            return self._decide(entry, mine=answer == MINE)
        digit, late = self.question.begun(char)
        before = (self._press_here(entry, digit, digit) or []) if digit else []
        effects = self._press_here(self.current or entry, key, char)
        if effects is None and not before:
            self.said = late or said
            return None
        self.said = self.said or late
        return [*before, *(effects or [])]

    def _press_here(self, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        asked, self.question = self.question, Question()
        effects = self._press_inside(entry, key, char)
        if effects is not None:
            return effects
        self.question = asked
        command = _COMMANDS.get(key)
        return command(self) if command else None

    def _decide(self, entry: Entry, *, mine: bool) -> list[Effect]:
        """End the conflict; Ctrl+Z still brings back what was found here."""
        found = self._found
        with self.steady():
            entry.resolve(mine=mine)
        self.question.over()
        self._found = found
        return [self._edited(entry.key)]

    def paste(self, text: str) -> list[Effect]:
        """Text that came in one piece: breaks never submit it."""
        self._after_return = False
        entry = self.current
        target = self.jump or self.note
        if target is not None:
            target.insert(one_line(text))
            return self._noted() if target is self.note else []
        if entry is None:
            return []
        self.said = None
        self.question.over()
        if self.writer is not None:
            return [self._edited(entry.key)] if self.writer.paste(text) else []
        if self.picker is not None:
            self.picker.paste(one_line(text))
            return [self._edited(entry.key), *self._sought(self.picker, entry)]
        return []

    def _edited(self, key: str) -> Edited:
        """An answer changed, and with it perhaps what else is asked."""
        self.state.reshape()
        return Edited(key)

    def _press_inside(self, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if self.picker is not None:
            return self._press_choice(self.picker, entry, key, char)
        if self.writer is None:
            return None
        if key == "ctrl+z":
            return self._undo(entry)
        changed = self.writer.press(key, char, self.row_starts)
        self.said = self.writer.said
        return None if changed is None else [self._edited(entry.key)] if changed else []

    def _press_choice(self, picker: Picker, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if key == "ctrl+z":
            return self._undo(entry)
        done = picker.press(key, char)
        if done is None:
            return None
        self.said = done.said
        if not done.changed:
            return []
        effects: list[Effect] = [self._edited(entry.key), *self._sought(picker, entry)]
        if done.final and self.auto_advance:
            effects += self._enter()
        return effects

    @staticmethod
    def _sought(picker: Picker, entry: Entry) -> list[Effect]:
        source, query = entry.field.source, picker.to_search()
        return [] if source is None or query is None else [Sought(entry.key, source, query)]

    def _undo(self, entry: Entry) -> list[Effect]:
        if self._found is not None:
            entry.put_back(self._found)
        self._arrive()
        return [self._edited(entry.key)]

    # ── going ────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        effects: list[Effect] = [self._edited(entry.key)] if self._accept(entry) else []
        left = self._left_over(entry)
        place = self.order.index(entry.key)
        if place + 1 < len(self.order):
            effects += self._go(self.order[place + 1])
        else:
            rest = self.state.first_unanswered()
            if rest is not None and rest != entry.key:
                effects += self._go(rest)
            else:
                self._arrive()
            left = left or self._said_at_end()
        self.said = left or self.said
        return effects

    def _left_over(self, entry: Entry) -> Message | None:
        """What was typed beside an answer and fits nothing is not taken along; this says so."""
        if self.picker is None or not self.picker.stray:
            return None
        words = {"typed": self.picker.filter.strip(), "answer": entry.shown()}
        return Message("“{typed}” fits none of the choices: “{answer}” stays.", words)

    def _said_at_end(self) -> Message | None:
        """After the last field: what is still open, or that nothing is."""
        if not self.reviewed:
            return None
        problems = self.state.problems()
        still = sum(key in problems or self.state.entries[key].empty for key in self.order)
        return Message("{n} still open, F10 reviews.", {"n": still}) if still else ALL_ANSWERED

    def _accept(self, entry: Entry) -> bool:
        before = entry.edit()
        untouched = entry.empty or (self.writer is not None and not is_empty(entry.offer))
        if self.picker is not None and self.picker.accept():
            untouched = False
        if untouched:
            entry.accept_offer()
        entry.read_again()
        entry.settle()
        return before != entry.edit()

    def _leave(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        before, self.said = entry.edit(), self._left_over(entry)
        entry.settle()
        return [self._edited(entry.key)] if before != entry.edit() else []

    def _go(self, key: str) -> list[Effect]:
        left = self.state.position
        for waiting, preset in self._presets.items():
            self.state.entries[waiting].renew_default(preset)
        self._presets = {}
        self.state.position = key
        self._arrived = ""
        self._arrive()
        return [Focused(key, left)] if left != key else []

    def _step(self, step: int) -> list[Effect]:
        place = self.order.index(self.key) + step
        if not 0 <= place < len(self.order):
            return []
        return [*self._leave(), *self._go(self.order[place])]

    # ── note and jump ────────────────────────────────────────────────────────────────────────────────────────

    def _open_note(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        if entry.field.allows_note:
            self.note = noting.NoteLine(entry)
        else:
            self.said = noting.NO_NOTE
        return []

    def _press_note(self, note: noting.NoteLine, key: str, char: str | None) -> list[Effect] | None:
        if key == "enter":
            return self._close_note(note)
        if key in ("f5", "f3", "escape"):
            self.note = None
            return []
        if note.press(key, char):
            return self._noted()
        command = _COMMANDS.get(key)
        if command is None:
            return None
        self.note = None
        return command(self)

    def _close_note(self, note: noting.NoteLine) -> list[Effect]:
        self.note = None
        entry = self.current
        said = None if entry is None else noting.keep(entry, note)
        if entry is None or said is None:
            return []
        found = self._found
        self._arrive()
        self._found, self.said = found, said
        return [Edited(entry.key)]

    def _noted(self) -> list[Effect]:
        entry = self.current
        if entry is None or self.note is None or self.note.note == entry.note:
            return []
        entry.annotate(self.note.note)
        return [Edited(entry.key)]

    def _open_jump(self) -> list[Effect]:
        self.jump = LineEditor()
        return []

    def _press_jump(self, jump: LineEditor, key: str, char: str | None) -> list[Effect] | None:
        if key == "f8" and jump.selected:
            jump.clear()  # after a try in vain it begins again
            return []
        if key in ("f8", "f3", "escape") or (key == "backspace" and not jump.text):
            self.jump = None
            return []
        if key == "enter":
            target = self.jump_target()
            if target is None and jump.text.strip():
                return self._miss(jump)
            self.jump = None
            return self.focus(target) if target else []
        return [] if jump.press(key, char) else None

    def _miss(self, jump: LineEditor) -> list[Effect]:
        """The typed number or letters lead to no field: what is typed next, or F8, begins again."""
        jump.selected = True
        seen = jumping.target(self.state, list(self.state.numbers), jump.text)
        if seen is None:
            self.said = Message("No field fits.")
            return []
        label = self.state.entries[seen].field.label or seen
        self.said = Message("“{label}” can only be read.", {"label": label})
        return [Shown(seen)]

    def jump_target(self) -> str | None:
        """The field that the typed number or letters mean."""
        return None if self.jump is None else jumping.target(self.state, self.order, self.jump.text)


_COMMANDS: dict[str, Callable[[FormFlow], list[Effect]]] = {
    "enter": FormFlow._enter,
    "tab": lambda flow: flow._step(1),
    "down": lambda flow: flow._step(1),
    "shift+tab": lambda flow: flow._step(-1),
    "f7": lambda flow: flow._step(-1),
    "up": lambda flow: flow._step(-1),
    "ctrl+home": lambda flow: flow.focus(flow.order[0]),
    "ctrl+end": lambda flow: flow.focus(flow.order[-1]),
    "f5": FormFlow._open_note,
    "f8": FormFlow._open_jump,
}
