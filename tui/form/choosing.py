"""Choices: which keys pick them, and which of them a typed text means."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tui.model.field import Choice

DIRECT = 9
"""Up to so many choices each has a digit of its own; above, one types to find."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """``text`` for comparing: no case, no accents, one kind of i (Turkish has four), no spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace())


def numbers(choices: Sequence[Choice]) -> tuple[str, ...]:
    """What is typed for each choice: its place, or its own label where all labels are single digits."""
    labels = [choice.label.strip() for choice in choices]
    if all(len(label) == 1 and label in "0123456789" for label in labels) and len(set(labels)) == len(labels):
        return tuple(labels)
    return tuple(str(place) for place in range(1, len(choices) + 1))


def find(choices: Sequence[Choice], text: str) -> list[int]:
    """The choices that ``text`` may mean, best first. The first is *meant* if :func:`resolve` gives it."""
    wanted = text.strip()
    if not wanted:
        return list(range(len(choices)))
    folded, keys = fold(wanted), numbers(choices)
    ranked: list[tuple[int, int]] = []
    for index, choice in enumerate(choices):
        label = fold(choice.label)
        if keys[index] == wanted:
            rank = 0
        elif choice.label == wanted or choice.value == wanted:
            rank = 1
        elif folded and label == folded:
            rank = 2
        elif folded and (label.startswith(folded) or keys[index].startswith(wanted)):
            rank = 3
        elif folded and folded in label:
            rank = 4
        else:
            continue
        ranked.append((rank, index))
    return [index for _, index in sorted(ranked)]


def resolve(choices: Sequence[Choice], text: str) -> int | None:
    """The one choice that typed ``text`` means: number, label or value, else the only one that fits."""
    wanted = text.strip()
    if not wanted:
        return None
    keys, folded = numbers(choices), fold(wanted)
    tests = (
        [key == wanted for key in keys],
        [choice.label.strip() == wanted or choice.value == wanted for choice in choices],
        [bool(folded) and fold(choice.label) == folded for choice in choices],
        [bool(folded) and fold(choice.label).startswith(folded) for choice in choices],
        # One stray letter from the middle of a word is no answer where digits do it.
        [len(folded) > (2 if len(keys) <= DIRECT else 0) and folded in fold(choice.label) for choice in choices],
    )
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
