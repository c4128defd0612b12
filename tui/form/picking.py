"""Answering a choice at the keyboard: digits, typed letters that narrow, an option pointed at with arrows."""

from __future__ import annotations

from typing import NamedTuple

from tui.form.choosing import DIRECT, find, numbers, place, resolve
from tui.form.codec import Control, is_empty
from tui.form.codecs.choice import SEVERAL, UNKNOWN
from tui.form.codecs.multi_choice import chosen, ordered
from tui.form.editor import typable
from tui.form.entry import Entry
from tui.model.field import Value


class Done(NamedTuple):
    """What a key did: ``changed`` the answer, and whether it is ``final`` (a digit answers at once)."""

    changed: bool
    final: bool = False


_NOTHING = Done(False)
_TOGGLES = frozenset(" ,+")


class Picker:
    """``filter`` is the text typed so far, ``option`` the choice pointed at with Left and Right."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.many = entry.codec.control is Control.MULTI
        self.choices = entry.field.choices
        self.keys = numbers(self.choices)
        self.direct = len(self.choices) <= DIRECT and entry.codec.control is not Control.PICKER
        self.option: int | None = None
        self.filter = ""
        self._picked = chosen(entry.offer if is_empty(entry.value) else entry.value) if self.many else []
        if not self.many and entry.problem is not None and entry.value is None:
            self.filter = entry.text

    @property
    def matches(self) -> list[int]:
        """The choices that fit what was typed, best first; all of them when nothing was."""
        return find(self.choices, self.filter)

    @property
    def meant(self) -> int | None:
        """The choice that Enter takes."""
        return self.option if self.option is not None else resolve(self.choices, self.filter)

    @property
    def picked(self) -> list[str]:
        """The values that are chosen now."""
        return chosen(self.entry.value)

    @property
    def _shown_value(self) -> Value:
        return self.entry.offer if is_empty(self.entry.value) else self.entry.value

    def press(self, key: str, char: str | None) -> Done | None:
        """Handle one key; ``None`` if it is not ours."""
        if key in ("left", "right"):
            return self._point_along(1 if key == "right" else -1)
        if key in ("home", "end"):
            matches = self.matches
            self.option = matches[0 if key == "home" else -1] if matches else None
            return _NOTHING
        if key in ("backspace", "ctrl+u", "delete", "ctrl+w"):
            return self._take_back(whole=key != "backspace")
        if not typable(char) or char is None:
            return None
        if self.direct and char in self.keys and (not self.filter or self.filter.isdigit()):
            self.filter = ""
            return self._answer(self.keys.index(char))
        if self.many and char in _TOGGLES:
            return self._toggle_meant()
        if char == " " and not self.filter:
            return self._answer(self.option) if self.option is not None else _NOTHING
        fresh = self.direct and self.filter.isdigit() and char.isdigit()
        self.write(char if fresh else self.filter + char, whole=True)
        return Done(True)

    def point(self, index: int) -> None:
        """Choose by pointing: one is taken, of several one is switched."""
        if 0 <= index < len(self.choices):
            self._answer(index)

    def write(self, text: str, *, whole: bool = False) -> None:
        """Text typed or pasted: narrows, and answers where it means one choice."""
        self.filter = text if whole else self.filter + text
        self.option = None
        if not self.many:
            if self.filter:
                self.entry.type(self.filter)
            else:
                self.entry.pick(None)
            return
        index = resolve(self.choices, self.filter)
        picked = self._picked if index is None else [*self._picked, self.choices[index].value]
        rest = self.filter if index is None else ""
        problem = SEVERAL if self.matches else UNKNOWN
        self.entry.pick_with_rest(ordered(self.entry.field, picked) or None, rest, problem)

    def accept(self) -> bool:
        """Enter: take the option pointed at; whether there was one."""
        if self.option is None or (self.many and not self.filter):
            return False
        if self.many:
            self._picked.append(self.choices[self.option].value)
            self.entry.pick(ordered(self.entry.field, self._picked) or None)
        else:
            self.entry.pick(self.choices[self.option].value)
        return True

    def _answer(self, index: int) -> Done:
        value = self.choices[index].value
        self.filter, self.option = "", None
        if not self.many:
            self.entry.pick(value)
            return Done(True, final=True)
        if value in self._picked:
            self._picked.remove(value)
        else:
            self._picked.append(value)
        self.entry.pick(ordered(self.entry.field, self._picked) or None)
        return Done(True)

    def _toggle_meant(self) -> Done:
        index, option = self.meant, self.option
        if index is None:
            return _NOTHING
        self._answer(index)
        self.option = option
        return Done(True)

    def _point_along(self, step: int) -> Done:
        matches = self.matches
        if not matches:
            return _NOTHING
        start = self.option if self.option is not None else place(self.choices, self._shown_value)
        if start in matches:
            at = max(0, min(len(matches) - 1, matches.index(start) + step))
        else:
            at = 0 if step > 0 else len(matches) - 1
        self.option = matches[at]
        return _NOTHING

    def _take_back(self, *, whole: bool) -> Done:
        self.option = None
        if self.filter:
            self.write("" if whole else self.filter[:-1], whole=True)
        else:
            self._picked = []
            self.entry.pick(None)
        return Done(True)
