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


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """``text`` for comparing: no case, no accents, one kind of i (Turkish has four), no spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace())


@lru_cache(maxsize=4096)
def _from_each_word(label: str) -> tuple[str, ...]:
    """The folded label, read from the beginning of its second, third ... word on."""
    words = label.split()
    return tuple(fold("".join(words[start:])) for start in range(1, len(words)))


def numbers(choices: Sequence[Choice]) -> tuple[str, ...]:
    """What is typed for each choice: its place, or its own label where all labels are single digits."""
    labels = [choice.label.strip() for choice in choices]
    if all(len(label) == 1 and label in "0123456789" for label in labels) and len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(str(place) for place in range(1, len(choices) + 1))


def find(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> list[int]:
    """The choices that ``text`` may mean, best first. ``numbered``: whether their numbers are shown."""
    wanted = text.strip()
    if not wanted:
        return list(range(len(choices)))
    folded, keys = fold(wanted), numbers(choices) if numbered else ("",) * len(choices)
    ranked: list[tuple[int, int]] = []
    for index, choice in enumerate(choices):
        label = fold(choice.label)
        if keys[index] == wanted:
            rank = 0
        elif choice.label == wanted or (by_value and choice.value == wanted):
            rank = 1
        elif folded and label == folded:
            rank = 2
        elif (folded and label.startswith(folded)) or keys[index].startswith(wanted):
            rank = 3
        elif folded and any(part.startswith(folded) for part in _from_each_word(choice.label)):
            rank = 4
        elif folded and folded in label:
            rank = 5
        else:
            continue
        ranked.append((rank, index))
    return [index for _, index in sorted(ranked)]


def exact(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> int | None:
    """The one choice that ``text`` names in full: by number, by label or by value (where people see values)."""
    wanted = text.strip()
    if not wanted:
        return None
    folded = fold(wanted)
    tests = (
        [key == wanted for key in numbers(choices)] if numbered else [],
        [choice.label.strip() == wanted for choice in choices],
        [choice.value == wanted for choice in choices] if by_value else [],
        [bool(folded) and fold(choice.label) == folded for choice in choices],
    )
    return _only(tests)


def resolve(choices: Sequence[Choice], text: str, *, numbered: bool = True, by_value: bool = True) -> int | None:
    """The one choice that ``text`` points at: named in full, else the only one that begins so.

    What is only pointed at is no answer yet: it is shown, and Enter takes it.
    """
    wanted = text.strip()
    named = exact(choices, wanted, numbered=numbered, by_value=by_value)
    folded = fold(wanted)
    if named is not None or not folded:
        return named
    if any(choice.label.strip() == wanted or fold(choice.label) == folded for choice in choices):
        return None
    tests = (
        [fold(choice.label).startswith(folded) for choice in choices],
        [any(part.startswith(folded) for part in _from_each_word(choice.label)) for choice in choices],
        [len(folded) >= _MIDDLE and folded in fold(choice.label) for choice in choices],
    )
    return _only(tests)


def _only(tests: Sequence[Sequence[bool]]) -> int | None:
    """The one that passes the first test that any passes."""
    for test in tests:
        if any(test):
            return test.index(True) if sum(test) == 1 else None
    return None


def place(choices: Sequence[Choice], value: object) -> int | None:
    """Where ``value`` stands among the choices; servers may write 1 for "1"."""
    if value is None or isinstance(value, list | dict):
        return None
    text = str(value)
    return next((index for index, choice in enumerate(choices) if choice.value == text), None)
