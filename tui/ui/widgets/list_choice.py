"""Which records are chosen for one deed on many. Pure: no Textual.

Kept by key, so that a refresh, a filter or another order never chooses another record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tui.model.execution import Key


class Choice:
    """``keys`` are chosen; ``anchor`` is the record from which a range begins: the one chosen last."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.anchor: Key | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def toggle(self, key: Key) -> None:
        """Choose ``key``, or no longer."""
        self.keys ^= {key}
        self.anchor = key

    def extend(self, shown: Sequence[Key], to: int) -> list[Key]:
        """Choose every row of ``shown`` from the anchor (else from ``to`` itself) to ``to``; returns those."""
        start = shown.index(self.anchor) if self.anchor in shown else to
        span = list(shown[min(start, to) : max(start, to) + 1])
        self.keys.update(span)
        self.anchor = shown[to]
        return span

    def all_or_none(self, shown: Collection[Key]) -> None:
        """Choose every shown row; where they all are, none."""
        self.keys = set() if self.keys >= set(shown) else self.keys | set(shown)

    def only(self, keys: Collection[Key]) -> None:
        """Choose these and no others."""
        self.keys = set(keys)
        self.anchor = None

    def drop(self, keys: Collection[Key]) -> None:
        """These records are gone."""
        self.keys.difference_update(keys)

    def clear(self) -> bool:
        """Choose nothing; whether anything was chosen."""
        had = bool(self.keys)
        self.keys = set()
        self.anchor = None
        return had
