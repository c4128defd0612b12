"""The machine that a form's keys drive: strictly in order, without a screen, without waiting for anything.

``press`` and ``paste`` change the :class:`FormState` at once and answer what happened. ``None`` means "not mine":
the key belongs to whoever shows the form. Enter always goes on; what cannot be read stays as typed and is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from tui.form.choosing import fold
from tui.form.codec import Control, is_empty
from tui.form.editor import LineEditor, LongEditor, many_lines, one_line
from tui.form.effects import Advanced, Edited, Effect, Ended, Focused
from tui.form.entry import BY_VALUE, Entry
from tui.form.picking import Picker
from tui.form.state import FormState
from tui.model.message import Message

BREAK_KEYS = frozenset({"ctrl+n", "shift+enter", "alt+enter"})
"""Line break in a long text. Ctrl+N works in every terminal, the others where the terminal tells them apart."""


class FormFlow:
    """``line`` edits the focused text field, ``picker`` the focused choice, ``note`` and ``jump`` when open.

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
        self.line: LineEditor | None = None
        self.picker: Picker | None = None
        self.note: LineEditor | None = None
        self.jump: LineEditor | None = None
        self.said: Message | None = None
        self.asking = False
        self.row_starts: Callable[[str], Sequence[int]] | None = None
        self._after_return = False
        self._found = ""
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
            self.note = _renewed(self.note, entry.note)
        if _look(entry) != before:
            self._show_anew()

    def _show_anew(self) -> None:
        line, picker, note, asking = self.line, self.picker, self.note, self.asking
        self._arrive()
        self.note, self.asking = note, asking
        if self.picker is not None and picker is not None and picker.option is not None:
            self.picker.option = picker.option if picker.option < len(self.picker.choices) else None
        if self.line is not None and line is not None and line.text and not line.selected:
            self.line.move_to(line.cursor)

    def _undecided(self) -> bool:
        return self.current is not None and self.current.conflict is not None

    def refresh_order(self) -> None:
        """Choices came in: a picker may be answerable now."""
        self.order = self.state.answerable_keys()
        if self.state.position is None and self.order:
            self.state.position = self.order[0]
            self._arrive()

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
        if self.line is not None:
            long = entry.codec.control is Control.LONG
            self.line.insert(many_lines(text) if long else one_line(text))
            return self._typed(entry, self.line)
        if self.picker is not None:
            self.picker.write(one_line(text))
            return [Edited(entry.key)]
        return []

    def _press_inside(self, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if self.picker is not None:
            return self._press_choice(self.picker, entry, key, char)
        line = self.line
        if line is None:
            return None
        if isinstance(line, LongEditor):
            if key in BREAK_KEYS:
                line.insert("\n")
                return self._typed(entry, line)
            if key in ("up", "down"):
                starts = self.row_starts(line.text) if self.row_starts else None
                return [] if line.vertical(-1 if key == "up" else 1, starts) else None
        if key == "ctrl+z":
            return self._undo(entry)
        if char is not None and char in "123456789" and not line.text:
            recent = self.recent.get(entry.key, ())
            if int(char) <= len(recent):
                line.insert(recent[int(char) - 1])
                return self._typed(entry, line)
        before = line.text
        if not line.press(key, char):
            return None
        return self._typed(entry, line) if line.text != before or not line.text else []

    def _press_choice(self, picker: Picker, entry: Entry, key: str, char: str | None) -> list[Effect] | None:
        if key == "ctrl+z":
            return self._undo(entry)
        done = picker.press(key, char)
        if done is None:
            return None
        if not done.changed:
            return []
        effects: list[Effect] = [Edited(entry.key)]
        if done.final and self.auto_advance:
            effects += self._enter()
        return effects

    def _typed(self, entry: Entry, line: LineEditor) -> list[Effect]:
        if line.text == entry.text and is_empty(entry.offer):
            return []
        entry.type(line.text)
        return [Edited(entry.key)]

    def _undo(self, entry: Entry) -> list[Effect]:
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
        untouched = entry.empty or (self.line is not None and not is_empty(entry.offer))
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
        self.line = self.picker = self.note = None
        self.asking = self._undecided()
        if entry is None:
            return
        self._found = entry.text
        control = entry.codec.control
        if control in BY_VALUE:
            self.picker = Picker(entry)
            return
        text = entry.text or self._offered(entry)
        offered = bool(text) and not entry.text
        if control is Control.LONG:
            self.line = LongEditor(text, selected=offered)
        else:
            # A number or code is retyped as a whole; only a half-typed one from a draft is gone on with.
            self.line = LineEditor(text, selected=offered or not resumed)

    @staticmethod
    def _offered(entry: Entry) -> str:
        return "" if is_empty(entry.offer) else entry.codec.format(entry.field, entry.offer, entry.ctx)

    # ── note and jump ────────────────────────────────────────────────────────────────────────────────────────

    def _open_note(self) -> list[Effect]:
        entry = self.current
        if entry is None:
            return []
        if entry.field.allows_note:
            self.note = LineEditor(entry.note)
        else:
            self.said = Message("This field takes no note.")
        return []

    def _press_note(self, note: LineEditor, key: str, char: str | None) -> list[Effect] | None:
        if key in ("enter", "f5", "f3", "escape"):
            self.note = None
            return []
        if note.press(key, char):
            return self._noted()
        command = _COMMANDS.get(key)
        if command is None:
            return None
        self.note = None
        return command(self)

    def _noted(self) -> list[Effect]:
        entry = self.current
        if entry is None or self.note is None or self.note.text == entry.note:
            return []
        entry.annotate(self.note.text)
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
        """The field that the typed number or letters mean: number, else label, from its beginning first."""
        wanted = self.jump.text.strip() if self.jump is not None else ""
        if not wanted:
            return None
        if wanted.isascii() and wanted.isdigit():
            number = int(wanted) if len(wanted) < 6 else 0
            return next((key for key in self.order if self.state.numbers.get(key) == number), None)
        folded = fold(wanted)
        labels = [(key, fold(self.state.entries[key].field.label or key)) for key in self.order]
        return next(
            (key for key, label in labels if label.startswith(folded)),
            next((key for key, label in labels if folded and folded in label), None),
        )


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


def _renewed(old: LineEditor, text: str) -> LineEditor:
    """An editor for what came from elsewhere, with its cursor where the old one had it."""
    new = LineEditor(text)
    if old.cursor < len(old.text):
        new.move_to(old.cursor)
    return new
