"""What a list looks like and what became different in it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from tui.model.execution import Execution, Key
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import Filters
from tui.model.turns import Turns

CHUNK = 500
"""Rows compared in one go before a look at the time."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The list after a change. ``rows`` is never altered later; unchanged rows stay the same objects.

    ``period`` and ``filters`` are what was asked for (``period`` without the look-back). ``as_of``: when the
    server said so, ``None`` while nothing is known. ``cached``: from the journal, not confirmed by the server yet.
    ``fresh``: forget what you had (first item, or another period); then ``added`` holds every key. ``notice``:
    what the list does not hold, though it should.
    """

    rows: Mapping[Key, Execution]
    added: frozenset[Key] = frozenset()
    changed: frozenset[Key] = frozenset()
    removed: frozenset[Key] = frozenset()
    as_of: datetime | None = None
    cached: bool = False
    fresh: bool = False
    period: Period
    filters: Filters = Filters()
    notice: Message | None = None

    @property
    def loading(self) -> bool:
        """Nothing is known about this period yet."""
        return self.as_of is None

    @property
    def touched(self) -> bool:
        """Whether any row is different from before."""
        return self.fresh or bool(self.added or self.changed or self.removed)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The result of :func:`compare`."""

    rows: dict[Key, Execution]
    added: frozenset[Key]
    changed: frozenset[Key]
    removed: frozenset[Key]

    @property
    def empty(self) -> bool:
        """Nothing became different."""
        return not (self.added or self.changed or self.removed)


async def compare(
    before: Mapping[Key, Execution], now: Sequence[Execution], keep: Mapping[Key, Execution]
) -> Difference:
    """Tell ``now`` from ``before``, giving way to other tasks. ``keep`` holds rows that are newer than ``now``.

    Of an execution that is there twice (its page moved on while pages were read), the one touched last counts.
    """
    rows: dict[Key, Execution] = {}
    added: set[Key] = set()
    changed: set[Key] = set()
    turns = Turns()
    for first in range(0, len(now), CHUNK):
        if turns.due:
            await turns.give()
        for row in now[first : first + CHUNK]:
            key = row.key
            old = before.get(key)
            if old is row:
                rows[key] = row
            elif old is None:
                rows[key] = row
                added.add(key)
            elif key in keep or old == row:
                # The old object: whoever compares by identity sees that nothing happened.
                rows[key] = old
            else:
                rows[key] = row
                changed.add(key)
    if len(rows) < len(now):
        return await compare(before, _latest(now), keep)
    for key in keep:
        if key in before:
            rows.setdefault(key, before[key])
    removed = frozenset(before.keys() - rows.keys()) if len(rows) - len(added) != len(before) else frozenset()
    return Difference(rows=rows, added=frozenset(added), changed=frozenset(changed), removed=removed)


def _latest(rows: Sequence[Execution]) -> list[Execution]:
    """Each execution once."""
    latest: dict[Key, Execution] = {}
    for row in rows:
        known = latest.get(row.key)
        if known is None or (row.touched or _NEVER) >= (known.touched or _NEVER):
            latest[row.key] = row
    return list(latest.values())


def as_fresh(item: Changes) -> Changes:
    """The same list, for somebody who knows nothing of it yet."""
    return msgspec.structs.replace(item, fresh=True, added=frozenset(item.rows), changed=_NONE, removed=_NONE)


def after(
    before: Changes, difference: Difference | None, as_of: datetime, notice: Message | None = None
) -> Changes:
    """The list after an answer; without a ``difference`` nothing changed."""
    return Changes(
        rows=before.rows if difference is None or difference.empty else difference.rows,
        added=_NONE if difference is None else difference.added,
        changed=_NONE if difference is None else difference.changed,
        removed=_NONE if difference is None else difference.removed,
        as_of=as_of,
        period=before.period,
        filters=before.filters,
        notice=notice,
    )


def merge(first: Changes, second: Changes) -> Changes:
    """Both in one, for a watcher that did not look in between."""
    if second.fresh:
        return second
    if first.fresh:
        return msgspec.structs.replace(
            second, fresh=True, added=frozenset(second.rows), changed=_NONE, removed=_NONE
        )
    returned = first.removed & second.added
    gone = first.added & second.removed
    added = (first.added | second.added) - returned - gone
    removed = (first.removed | second.removed) - returned - gone
    changed = (first.changed | second.changed | returned) - added - removed - gone
    return msgspec.structs.replace(second, added=added, changed=changed, removed=removed)


_NONE: frozenset[Key] = frozenset()
_NEVER = datetime.min.replace(tzinfo=UTC)


def by_key(rows: Iterable[Execution]) -> dict[Key, Execution]:
    """Rows by their key."""
    return {row.key: row for row in rows}
