"""Lists that are read from the server while one types: what was read, and the names of what was picked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tui.form.codec import is_empty
from tui.form.codecs.multi_choice import chosen, written_list
from tui.form.problem import Problem
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Value
from tui.model.message import Message

LOOKING_UP = Problem(Message("Not looked up yet: the list is still being read."), "unreadable")
BETWEEN = ", "
BEHIND = " ▸ "
"""Between the one answer that stands and what was typed to find another."""


class Listing(msgspec.Struct, frozen=True):
    """The choices that the server named for ``query``; ``complete`` if there are no more for it."""

    choices: tuple[Choice, ...] = ()
    query: str = ""
    complete: bool = True

    @property
    def whole(self) -> bool:
        """Whether these are all choices that there are: then narrowing needs no server."""
        return self.complete and not self.query


def names_of(answer: Answer) -> dict[str, str]:
    """The labels of an answer's values, from the server's readable form of it."""
    values = [] if is_empty(answer.value) else chosen(answer.value)
    if len(values) == 1:
        return {values[0]: answer.text} if answer.text else {}
    labels = answer.text.split(BETWEEN)
    # A label with a comma in it would move all the others: then none is known.
    return dict(zip(values, labels, strict=True)) if answer.text and len(labels) == len(values) else {}


def split_names(text: str, values: Sequence[str], usual: str) -> tuple[dict[str, str], str]:
    """The labels of ``values`` in a draft's ``text``, and what was typed behind them; ``usual`` is their text."""
    if text == usual or not values:
        return {}, "" if values else text
    if text.startswith(usual + BETWEEN):
        return {}, text[len(usual) + len(BETWEEN) :]
    listed = written_list(text)
    if listed is not None and len(listed[0]) == len(values):
        named = zip(values, listed[0], strict=True)
        return {value: name for value, name in named if name != value}, listed[1].removeprefix(BETWEEN)
    parts = text.split(BETWEEN, len(values))
    if len(parts) < len(values):
        return {}, text
    return dict(zip(values, parts, strict=False)), "".join(parts[len(values) :])


def with_names(listed: Sequence[Choice], names: dict[str, str]) -> tuple[Choice, ...]:
    """The listed choices, and behind them what was picked and is not (or no longer) among them."""
    values = {choice.value for choice in listed}
    return (*listed, *(Choice(value, name) for value, name in names.items() if value not in values))


def labels(field: Field, value: Value) -> Iterable[tuple[str, str]]:
    """The chosen values that the field has a name for, with that name."""
    wanted = set(chosen(value))
    return ((choice.value, choice.label) for choice in field.choices if choice.value in wanted)
