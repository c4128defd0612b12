"""Choices: which keys pick them, and which of them a typed text means."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tui.model.field import Choice

DIRECT = 9
"""Up to so many choices each has a digit of its own; above, one types to find."""

_MIDDLE = 3
"""So many letters from the middle of a word mean it; fewer may be a stray key."""


_KEPT = 200
"""Characters of the longest text that is remembered; what somebody pastes may have a million."""


def fold(text: str) -> str:
    """``text`` for comparing: no case, no accents, one kind of i (Turkish has four), no spaces."""
    return _folded(text) if len(text) <= _KEPT else _folded.__wrapped__(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace())


def _from_each_word(label: str) -> tuple[str, ...]:
    """The folded label, read from the beginning of its second, third ... word on."""
    words = label.split()
    return tuple(fold("".join(words[start:])) for start in range(1, len(words)))


def numbers(choices: Sequence[Choice]) -> tuple[str, ...]:
    """What is typed for each choice: its own number, its label where all are single digits, else its place."""
    own = [choice.number for choice in choices]
    if all(own) and len(set(own)) == len(own):
        return tuple(own)
    labels = [choice.label.strip() for choice in choices]
    if all(len(label) == 1 and label in "0123456789" for label in labels) and len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(str(place) for place in range(1, len(choices) + 1))


class Names:
    """How the choices of one list can be named: looked up at every key, so it is made once per list."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self._numbers = {number: [index] for index, number in enumerate(numbers(choices))}
        self._labels: dict[str, list[int]] = {}
        self._values: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        for index, choice in enumerate(choices):
            self._labels.setdefault(choice.label.strip(), []).append(index)
            self._values.setdefault(choice.value, []).append(index)
            self._folded.setdefault(fold(choice.label), []).append(index)
        self._parts = [(fold(choice.label), _from_each_word(choice.label)) for choice in choices]
        longest = max((len(choice.label) + len(choice.value) for choice in choices), default=0)
        self._longest = 4 * longest + _KEPT
        """No text that is longer, with any blanks and accents in it, names one of them."""
        self._last: tuple[tuple[str, bool, bool], list[tuple[int, int]]] | None = None

    def full(self, wanted: str, *, numbered: bool, by_value: bool) -> list[list[int]]:
        """The choices that ``wanted`` names in full: by number, by label, by value, by label without its marks."""
        if len(wanted) > self._longest:
            return []
        folded = fold(wanted)
        tables = (
            self._numbers.get(wanted) if numbered else None,
            self._labels.get(wanted),
            self._values.get(wanted) if by_value else None,
            self._folded.get(folded) if folded else None,
        )
        return [found for found in tables if found]

    def ranked(self, wanted: str, *, numbered: bool, by_value: bool) -> list[tuple[int, int]]:
        """Rank and place of all choices that may be meant, best first."""
        if len(wanted) > self._longest:
            return []
        asked = wanted, numbered, by_value
        if self._last is None or self._last[0] != asked:
            named = [index for found in self.full(wanted, numbered=numbered, by_value=by_value) for index in found]
            ranks = dict.fromkeys(named, _FULL)
            folded = fold(wanted)
            for index, (label, parts) in enumerate(self._parts if folded else ()):
                if folded in label and index not in ranks:
                    rank = self._rank(folded, label, parts)
                    if rank is not None:
                        ranks[index] = rank
            for number, (index,) in self._numbers.items() if numbered else ():
                if number.startswith(wanted):
                    ranks.setdefault(index, _NUMBER)
            order = sorted(
                ranks, key=lambda index: (ranks[index], named.index(index) if index in named else 0, index)
            )
            self._last = asked, [(ranks[index], index) for index in order]
        return self._last[1]

    @staticmethod
    def _rank(folded: str, label: str, parts: Sequence[str]) -> int | None:
        if label.startswith(folded):
            return _BEGINNING
        if any(part.startswith(folded) for part in parts):
            return _WORD
        return _INSIDE if len(folded) >= _MIDDLE else None


_FULL, _BEGINNING, _WORD, _INSIDE, _NUMBER = range(5)
_MADE: dict[int, Names] = {}
_MOST_LISTS = 64


def names(choices: Sequence[Choice]) -> Names:
    """The names of a list, made when it is first asked for."""
    made = _MADE.get(id(choices))
    if made is None or made.choices is not choices:
        if len(_MADE) >= _MOST_LISTS:
            _MADE.clear()
        made = _MADE[id(choices)] = Names(choices)
    return made


def find(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> list[int]:
    """The choices that ``text`` may mean, best first. ``numbered``: whether their numbers are shown."""
    wanted = text.strip()
    if not wanted:
        return list(range(len(choices)))
    return [index for _, index in names(choices).ranked(wanted, numbered=numbered, by_value=by_value)]


def exact(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> int | None:
    """The one choice that ``text`` names in full: by number, by label or by value (where people see values)."""
    wanted = text.strip()
    found = names(choices).full(wanted, numbered=numbered, by_value=by_value) if wanted else []
    return found[0][0] if found and len(found[0]) == 1 else None


def resolve(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> int | None:
    """The one choice that ``text`` points at: named in full, else the only one that begins so.

    What is only pointed at is no answer yet: it is shown, and Enter takes it.
    """
    wanted = text.strip()
    if not wanted:
        return None
    full = names(choices).full(wanted, numbered=numbered, by_value=by_value)
    if full:
        return full[0][0] if len(full[0]) == 1 else None
    ranked = names(choices).ranked(wanted, numbered=numbered, by_value=by_value)
    # What only a number begins with is shown, but a number is typed in full.
    best = min((rank for rank, _ in ranked if rank != _NUMBER), default=None)
    found = [index for rank, index in ranked if rank == best]
    return found[0] if len(found) == 1 else None


def place(choices: Sequence[Choice], value: object) -> int | None:
    """Where ``value`` stands among the choices; servers may write 1 for "1"."""
    if value is None or isinstance(value, list | dict):
        return None
    text = str(value)
    return next((index for index, choice in enumerate(choices) if choice.value == text), None)
