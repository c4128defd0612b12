"""The machine that a form's keys drive: strictly in order, without a screen, without waiting for anything.

``press`` and ``paste`` change the :class:`FormState` at once and answer what happened. ``None`` means "not mine":
the key belongs to whoever shows the form. Enter always goes on; what cannot be read stays as typed and is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from tui.form import jumping, noting
from tui.form.codec import Suggestion, is_empty
from tui.form.editor import LineEditor, one_line
from tui.form.effects import Advanced, Edited, Effect, Ended, Focused, Sought
from tui.form.entry import BY_VALUE, Entry, Found
from tui.form.picking import Picker
from tui.form.state import FormState
from tui.form.writing import RowStarts, Writer
from tui.model.message import Message


class FormFlow:
    """``writer`` edits the focused text field, ``picker`` the focused choice, ``note`` and ``jump`` when open.

    ``asking``: the cursor came to a field that somebody else changed too; 1 keeps mine, 2 takes theirs, any other
    key edits mine. It begins only when a person goes there, so that a refresh never changes what a key means.
    ``row_starts`` may be set by a screen that wraps long texts, so that Up and Down follow what is seen.
    """

    def __init__(
        self,
        state: FormState,
        *,
        auto_advance: bool = True,
        recent: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.state = state
        self.auto_advance = auto_advance
        self.recent = dict(recent or {})
        self.order = state.answerable_keys()
        self.writer: Writer | None = None
        self.picker: Picker | None = None
        self.note: noting.NoteLine | None = None
        self.jump: LineEditor | None = None
        self.said: Message | None = None
        self.asking = False
        self.row_starts: RowStarts | None = None
        self._after_return = False
        self._found: Found | None = None
        if self.current is not None:
            self._arrive(resumed=state.resumed)

    # ── where we are ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def current(self) -> Entry | None:
        """The field with the cursor; ``None`` in a form that cannot be answered."""
        key = self.state.position
        return None if key is None or self.state.read_only else self.state.entries.get(key)

    @property
    def key(self) -> str:
        """The key of the current field ("" without one)."""
        return self.state.position or ""

    @property
    def line(self) -> LineEditor | None:
        """The text that is edited in the current field, if it is a field of text."""
        return self.writer.line if self.writer is not None else None

    def suggestions(self) -> tuple[Suggestion, ...]:
        """How the line with the cursor may go on; Right takes the first."""
        prompted = self.note is not None or self.jump is not None
        return () if self.writer is None or prompted else self.writer.suggestions()

    def focus(self, key: str) -> list[Effect]:
        """Leave the current field as Tab would and go to ``key``; nothing if it cannot be answered."""
        if key not in self.order:
            return []
        self.note = self.jump = None
        if key == self.key:
            self.asking = self._undecided()
            return []
        return [*self._leave(), *self._go(key)]

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Around changes that come from elsewhere: what the person has open under the cursor stays as it is.

        Only where the answer, preset or choices of the current field became others are they shown anew.
        """
        entry = self.current
        before = _look(entry)
        note = entry.note if entry is not None else ""
        yield
        self.asking = self.asking and self._undecided()
        if entry is None or entry is not self.current:
            return
        if self.note is not None and entry.note != note:
            self.note = self.note.renewed(entry)
        if _look(entry) != before:
            self._show_anew()

    def _show_anew(self) -> None:
        writer, picker, note, asking = self.writer, self.picker, self.note, self.asking
        self._arrive()
        self.note, self.asking = note, asking
        if self.picker is not None and picker is not None:
            self.picker.look_like(picker)
        if self.writer is not None and writer is not None:
            self.writer.look_like(writer)

    def _undecided(self) -> bool:
        return self.current is not None and self.current.conflict is not None

    def relist(self, key: str) -> None:
        """Choices came in for a field; what is typed and pointed at in it stays."""
        if self.picker is not None and key == self.key:
            self.picker.relist()
            self.picker.look_again()

    def choose(self, key: str, index: int) -> list[Effect]:
        """Pick a choice by pointing at it; the cursor comes along and stays."""
        effects = self.focus(key)
        if self.key != key or self.picker is None:
            return effects
        self.picker.point(index)
        return [*effects, Edited(key)]

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
        asking, self.asking = self.asking, False
        if asking and char in ("1", "2"):
            return self._decide(entry, mine=char == "1")
        effects = self._press_inside(entry, key, char)
        if effects is None:
            self.asking = asking
            command = _COMMANDS.get(key)
            effects = command(self) if command else None
        if effects is None:
            self.said = said
        return effects

    def _decide(self, entry: Entry, *, mine: bool) -> list[Effect]:
        """End the conflict; Ctrl+Z still brings back what was found here."""
        found = self._found
        with self.steady():
            entry.resolve(mine=mine)
        self._found = found
        return [Edited(entry.key)]

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
        self.said, self.asking = None, False
        if self.writer is not None:
            return [Edited(entry.key)] if self.writer.paste(text) else []
        if self.picker is not None:
            self.picker.paste(one_line(text))
            return [Edited(entry.key), *self._sought(self.picker, entry)]
        return []

    def _press_inside(self, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if self.picker is not None:
            return self._press_choice(self.picker, entry, key, char)
        if self.writer is None:
            return None
        if key == "ctrl+z":
            return self._undo(entry)
        changed = self.writer.press(key, char, self.row_starts)
        return None if changed is None else [Edited(entry.key)] if changed else []

    def _press_choice(self, picker: Picker, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if key == "ctrl+z":
            return self._undo(entry)
        done = picker.press(key, char)
        if done is None:
            return None
        if not done.changed:
            return []
        effects: list[Effect] = [Edited(entry.key), *self._sought(picker, entry)]
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
        return [Edited(entry.key)]

    # ── going ────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        changed = self._accept(entry)
        effects: list[Effect] = [*([Edited(entry.key)] if changed else []), Advanced(entry.key)]
        place = self.order.index(entry.key)
        if place + 1 < len(self.order):
            return [*effects, *self._go(self.order[place + 1])]
        rest = self.state.first_unanswered()
        effects.append(Ended(rest is not None))
        if rest is not None and rest != entry.key:
            effects += self._go(rest)
        else:
            self._arrive()
        return effects

    def _accept(self, entry: Entry) -> bool:
        before = entry.edit()
        untouched = entry.empty or (self.writer is not None and not is_empty(entry.offer))
        if self.picker is not None and self.picker.accept():
            untouched = False
        if untouched:
            entry.accept_offer()
        entry.settle()
        return before != entry.edit()

    def _leave(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        before = entry.edit()
        entry.settle()
        return [Edited(entry.key)] if before != entry.edit() else []

    def _go(self, key: str) -> list[Effect]:
        left = self.state.position
        self.state.position = key
        self._arrive()
        return [Focused(key, left)] if left != key else []

    def _step(self, step: int) -> list[Effect]:
        place = self.order.index(self.key) + step
        if not 0 <= place < len(self.order):
            return []
        return [*self._leave(), *self._go(self.order[place])]

    def _arrive(self, *, resumed: bool = False) -> None:
        entry = self.current
        self.writer = self.picker = self.note = None
        self.asking = self._undecided()
        if entry is None:
            return
        self._found = entry.found()
        if entry.codec.control in BY_VALUE:
            self.picker = Picker(entry, resumed=resumed)
        else:
            self.writer = Writer(entry, recent=self.recent.get(entry.key, ()), resumed=resumed)

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
        if key in ("f8", "f3", "escape") or (key == "backspace" and not jump.text):
            self.jump = None
            return []
        if key == "enter":
            target = self.jump_target()
            if target is None and jump.text.strip():
                self.said = Message("No field fits.")
                return []
            self.jump = None
            return self.focus(target) if target else []
        return [] if jump.press(key, char) else None

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


def _look(entry: Entry | None) -> tuple[object, ...]:
    return () if entry is None else (entry.text, entry.value, entry.offer, entry.field)
