"""What states, actions, fields and choices are called, as far as lists and records in the journal still say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import msgspec

from tui.model.execution import Execution, Key, Record
from tui.model.field import Field
from tui.model.message import Message, verbatim
from tui.workbench.journal import Journal, JournalError
from tui.workbench.packing import revive, unpack

T = TypeVar("T")

RECORDS, PAGES = 500, 20
"""So many records, and pages of lists, are looked at; the newest first."""


class Named(NamedTuple):
    """A field, and whether it is one of ours: an action's own input, whose words can be translated."""

    field: Field
    ours: bool

    @property
    def label(self) -> Message:
        """What it is called."""
        return Message(self.field.label) if self.ours else verbatim(self.field.label)

    def choice(self, value: object) -> Message | None:
        """What one of its options is called; ``None`` where it has no such option."""
        choice = next((choice for choice in self.field.choices if choice.value == value), None)
        if choice is None:
            return None
        return Message(choice.label) if self.ours else verbatim(choice.label)


class Glossary:
    """Answers for every system; what came first is what holds. Profiles of one system have its words in common."""

    def __init__(self, records: Iterable[Record], rows: Iterable[Execution] = ()) -> None:
        self._states: dict[tuple[str, str], Message] = {}
        self._actions: dict[tuple[str, str], Message] = {}
        self._inputs: dict[tuple[str, str], Named] = {}
        self._own: dict[tuple[Key, str], Named] = {}
        for record in records:
            self._learn(record)
        for row in rows:
            self._states.setdefault((row.key.system, row.status.raw), row.status.word)

    def state(self, key: Key, raw: str) -> Message | None:
        """A server's word for a state; ``None`` where nobody knows it any more."""
        return self._states.get((key.system, raw))

    def action(self, key: Key, action_id: str) -> Message | None:
        """What an action is called."""
        return self._actions.get((key.system, action_id))

    def field(self, key: Key, name: str) -> Named | None:
        """A question of this very execution, or what some action of its system asks for."""
        return self._own.get((key, name)) or self._inputs.get((key.system, name))

    def _learn(self, record: Record) -> None:
        key, status = record.execution.key, record.execution.status
        self._states.setdefault((key.system, status.raw), status.word)
        for field in record.fields:
            self._own.setdefault((key, field.key), Named(field, ours=False))
        for action in record.actions:
            self._actions.setdefault((key.system, action.id), action.label)
            for field in action.inputs:
                named = Named(field, ours=field.source is None)
                self._own.setdefault((key, field.key), named)
                known = self._inputs.setdefault((key.system, field.key), named)
                if len(known.field.choices) < len(field.choices):
                    self._inputs[key.system, field.key] = named


def glossary_in(journal: Journal, owner: str = "") -> Glossary:
    """What the lists and records say, those of ``owner`` first. What cannot be read says nothing."""
    records: list[Record] = []
    rows: list[Execution] = []
    try:
        for (blob,) in journal.read(
            "SELECT record FROM records ORDER BY owner = ? DESC, number DESC LIMIT ?", (owner, RECORDS)
        ):
            records += _read(blob, Record)
            revive([record.actions for record in records[-1:]])
        for (blob,) in journal.read(
            "SELECT p.rows FROM list_pages p JOIN lists l ON l.number = p.list"
            " ORDER BY l.owner = ? DESC, l.used DESC, p.page LIMIT ?",
            (owner, PAGES),
        ):
            rows += [row for found in _read(blob, list[Execution]) for row in found]
    except JournalError as error:
        journal.unreadable(error)
    return Glossary(records, rows)


def _read(blob: bytes, kind: type[T]) -> list[T]:
    try:
        return [unpack(blob, kind)]
    except msgspec.MsgspecError:
        return []  # only a copy of what a server has, in another version's shape
