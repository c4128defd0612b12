"""Answering a choice at the keyboard: digits, typed letters that narrow, an option pointed at with arrows.

A digit or a full name is the answer at once. Half a name only points: the choice that it means is shown, and
Enter takes it; who leaves the field otherwise has typed something that is asked about at the review.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.form.choosing import DIRECT, find, numbers, place, resolve
from tui.form.codec import Control, is_empty
from tui.form.codecs.multi_choice import chosen, ordered
from tui.form.editor import typable
from tui.form.entry import Entry, Found
from tui.model.field import Value
from tui.model.message import Message


class Done(NamedTuple):
    """What a key did: ``changed`` the answer, whether it is ``final`` (a digit answers at once), what to say."""

    changed: bool
    final: bool = False
    said: Message | None = None


_NOTHING = Done(False)
_TOGGLES = frozenset(" ,+")
TAKEN_OFF = Message("Taken off. Ctrl+Z: as it was.")


class Picker:
    """``filter`` is the text typed so far, ``option`` the choice pointed at with Left and Right.

    ``marked``: the filter was found here and is marked as a whole, so that the next character takes its place.
    What was answered stands until another choice is taken: text that is only typed never takes its place.
    """

    def __init__(self, entry: Entry, *, resumed: bool = False) -> None:
        self.entry = entry
        self.many = entry.codec.control is Control.MULTI
        self.choices = entry.field.choices
        self.option: int | None = None
        self.filter = entry.rest
        self.marked = bool(entry.rest) and not resumed
        self._before: Found | None = entry.without_rest() if entry.rest else None
        """The answer as it is without the filter; ``None`` while nothing is typed."""
        self._switched: int | None = None
        """The choice that was pointed at when Space took it or took it off: Enter does not do so again."""
        self.relist()
        self._picked = chosen(self._shown_value) if self.many else []

    def relist(self) -> None:
        """The choices are others now: what was typed and pointed at stays, and is looked for among them."""
        pointed = self.choices[self.option].value if self.option is not None else None
        self.choices = self.entry.field.choices
        self.numbered = self.entry.whole
        self.keys = numbers(self.choices) if self.numbered else ("",) * len(self.choices)
        # A digit answers at once only where every choice is drawn with its digit.
        few = self.numbered and len(self.choices) <= DIRECT
        self.direct = few and self.entry.codec.control is not Control.PICKER
        self.option = place(self.choices, pointed)

    @property
    def matches(self) -> list[int]:
        """The choices that fit what was typed, best first; all of them when nothing was.

        What the server found for the typed text fits, whatever it looked at (a staff number, a place).
        """
        listing = self.entry.listing
        if listing is not None and not listing.whole and not self.entry.searching(self.filter):
            return list(range(len(listing.choices)))
        return find(self.choices, self.filter, numbered=self.numbered, by_value=self._by_value)

    @property
    def meant(self) -> int | None:
        """The choice that Enter takes."""
        if self.option is not None:
            return self.option
        if not self.filter.strip() or self.entry.searching(self.filter):
            return None
        listing = self.entry.listing
        if listing is not None and not listing.whole and listing.complete and len(listing.choices) == 1:
            return 0
        return resolve(self.choices, self.filter, numbered=self.numbered, by_value=self._by_value)

    @property
    def _by_value(self) -> bool:
        return self.entry.field.source is None

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
        if key == "escape" and self.filter:
            self.write("")
            return Done(True)
        if key in ("backspace", "ctrl+u", "delete", "ctrl+w"):
            return self._take_back(whole=key != "backspace" or self.marked, everything=key == "ctrl+u")
        if not typable(char) or char is None:
            return None
        typed = "" if self.marked else self.filter
        if self.direct and not typed and char in self.keys:
            return self._answer(self.keys.index(char))
        if char == " " or (self.many and char in _TOGGLES):
            return self._take_pointed(typed, char)
        self.write(typed + char)
        return Done(True)

    def point(self, index: int) -> None:
        """Choose by pointing: one is taken, of several one is switched."""
        if 0 <= index < len(self.choices):
            self._answer(index)

    def paste(self, text: str) -> None:
        """Text that came in one piece goes behind what was typed."""
        self.write(text if self.marked else self.filter + text)

    def write(self, text: str) -> None:
        """Narrow by ``text``; it is the answer where it names one choice in full. Without text it is as before."""
        entry = self.entry
        before = self._before or entry.found()
        self.filter, self.option, self.marked, self._before = text, None, False, before
        if not text.strip():
            entry.put_back(before)
            self._before = None
            return
        index = entry.named_in_full(text, numbered=self._by_number)
        if index is None and self.stray:
            entry.put_back(before)
        elif index is None:
            entry.hold(text, entry.doubt_about(text, numbered=self.numbered), before.value)
        elif self.many:
            entry.pick(ordered(entry.field, [*self._picked, self.choices[index].value]))
        else:
            entry.pick(self.choices[index].value, text)

    @property
    def stray(self) -> bool:
        """Whether what is typed fits none of the choices, while one is the answer already: it changes nothing.

        It is seen and taken back as a whole, not dropped letter by letter: of a code that is scanned here, the
        digits would answer. Where several may be chosen it may be somebody to be added, and is asked about.
        """
        answered = self._before is not None and not is_empty(self._before.value)
        if self.many or not answered or not self.filter.strip() or self.entry.searching(self.filter):
            return False
        return not self.matches

    @property
    def _by_number(self) -> bool:
        """Whether a number names its choice in full. Not where only some of the choices are in sight."""
        return self.numbered and not self.entry.codec.finder

    def to_search(self) -> str | None:
        """What is to be asked of the server's list now; ``None`` where it has answered."""
        return self.filter.strip() if self.entry.searching(self.filter) else None

    def look_like(self, other: Picker) -> None:
        """Go on where ``other`` was: the choice that it pointed at, and whether its text was marked."""
        if other.stray and not self.filter:
            self._before, self.filter = self.entry.found(), other.filter
        self.marked = self.marked and other.marked
        self.option = place(self.choices, other.choices[other.option].value) if other.option is not None else None

    def look_again(self) -> None:
        """After :meth:`relist`: what was typed may name one of the choices now."""
        if self.filter.strip():
            option, marked = self.option, self.marked
            self.write(self.filter)
            self.option, self.marked = option, marked

    def accept(self) -> bool:
        """Enter: take the choice that is pointed at, or that the typed text means; whether there was one."""
        index = self.meant
        if index is None or (self.many and not self.filter and index == self._switched):
            return False
        value = self.choices[index].value
        if self.many and not self.filter and value in self._picked:
            return False
        self._rest()
        if self.many:
            self._picked.append(value)
            self.entry.pick(ordered(self.entry.field, self._picked))
        else:
            self.entry.pick(value)
        return True

    def _answer(self, index: int) -> Done:
        value = self.choices[index].value
        self._rest()
        if not self.many:
            self.entry.pick(value)
            return Done(True, final=True)
        if value in self._picked:
            self._picked.remove(value)
        else:
            self._picked.append(value)
        self.entry.pick(ordered(self.entry.field, self._picked) or None)
        return Done(True)

    def _take_pointed(self, typed: str, char: str) -> Done:
        """Space (of several also comma and plus) takes what is pointed at; behind other text it is text."""
        index, option = (self.meant if self.many else self.option), self.option
        if index is not None and (self.many or not typed):
            done = self._answer(index)
            self.option = self._switched = option if self.many else None
            return done
        if not typed and not self.marked:
            return _NOTHING
        self.write(typed + char if typed else "")
        return Done(True)

    def _point_along(self, step: int) -> Done:
        self.marked = False
        matches = self.matches
        if not matches:
            return _NOTHING
        start = self.option if self.option is not None else place(self.choices, self._shown_value)
        if start in matches:
            at = max(0, min(len(matches) - 1, matches.index(start) + step))
        else:
            at = 0 if step > 0 else len(matches) - 1
        self.option, self._switched = matches[at], None
        return _NOTHING

    def _rest(self) -> None:
        self.filter, self.option, self.marked, self._before, self._switched = "", None, False, None, None

    def _take_back(self, *, whole: bool, everything: bool) -> Done:
        """A character; without any the answer: of several the one pointed at or picked last, or ``everything``."""
        if self.filter:
            self.write("" if whole else self.filter[:-1])
            return Done(True)
        was = self._picked if self.many else chosen(self.entry.value)
        pointed = self.choices[self.option].value if self.option is not None else None
        gone = pointed if pointed in self._picked else self._picked[-1] if self._picked else None
        self._picked = [value for value in self._picked if value != gone and not everything]
        option = self.option
        self._rest()
        self.option = self._switched = option if self.many else None
        self.entry.pick(ordered(self.entry.field, self._picked) or None)
        return Done(True, said=TAKEN_OFF if was else None)
