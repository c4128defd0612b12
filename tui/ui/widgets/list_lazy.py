"""Rows in an order that is only made as far as somebody looks. Pure: no Textual.

A window shows forty rows of a hundred thousand: the first ones are picked at once, and the others put in order
when somebody goes there, or when nobody waits for anything.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate, chain
from operator import attrgetter
from typing import TypeVar, overload

from tui.model.execution import Execution, Key

T = TypeVar("T")

FIRST = 128
"""Rows that are picked before the rest is put in order; more than a tall window shows."""
FEW = 1_000
"""So many are put in order at once."""
SAMPLE = 500
"""Rows that are asked how many of all are due by some moment."""

_key_of, _title_of = attrgetter("key"), attrgetter("title")


class _Whole(Sequence[T]):
    """Equal to every sequence of the same members."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


class Ordered(_Whole[Execution]):
    """``rows`` by their moments, oldest first or ``newest`` first, then those ``behind`` as they are.

    ``moments_of`` tells the moment of each; rows of one moment stay as they came. ``titled``: in a list of up to
    ``FEW`` they stand by their titles; in a longer one nobody reads them so.
    """

    def __init__(
        self,
        rows: list[Execution],
        moments_of: Callable[[list[Execution]], list[datetime]],
        *,
        newest: bool = False,
        titled: bool = False,
        behind: list[Execution] | None = None,
    ) -> None:
        self._rows = rows
        self._behind = behind or []
        self._moments_of = moments_of
        self._newest = newest
        self._titled = titled and len(rows) <= FEW
        self._first: list[Execution] = []
        self._whole = False

    def __len__(self) -> int:
        return len(self._rows) + len(self._behind)

    def __iter__(self) -> Iterator[Execution]:
        return iter(self._all())

    @overload
    def __getitem__(self, place: int) -> Execution: ...
    @overload
    def __getitem__(self, place: slice) -> list[Execution]: ...
    def __getitem__(self, place: int | slice) -> Execution | list[Execution]:
        if isinstance(place, slice):
            near = place.stop is not None and 0 <= place.stop <= FIRST and (place.start or 0) >= 0
        else:
            near = 0 <= place < FIRST
        if self._whole or not near or len(self._rows) <= FEW:
            return self._all()[place]
        if not self._first:
            self._first = self._pick()
        return self._first[place]

    def _pick(self) -> list[Execution]:
        """The first ones: those up to a moment that a sample says is late enough for ``FIRST`` of them."""
        moments = self._moments_of(self._rows)
        sample = sorted(moments[:: len(moments) // SAMPLE], reverse=self._newest)
        last = sample[min(len(sample) - 1, 4 * FIRST * len(sample) // len(moments) + 4)]
        if self._newest:
            near = [place for place, moment in enumerate(moments) if moment >= last]
        else:
            near = [place for place, moment in enumerate(moments) if moment <= last]
        if len(near) < FIRST:
            return self._all()
        near.sort(key=moments.__getitem__, reverse=self._newest)
        return [self._rows[place] for place in near[:FIRST]]

    def _all(self) -> list[Execution]:
        if not self._whole:
            if self._titled:
                self._rows = sorted(self._rows, key=_title_of)
            # There are far fewer moments than rows to be sorted.
            at: dict[datetime, list[Execution]] = {}
            known = at.get
            for row, moment in zip(self._rows, self._moments_of(self._rows), strict=True):
                same = known(moment)
                if same is None:
                    at[moment] = [row]
                else:
                    same.append(row)
            ordered = chain.from_iterable(at[moment] for moment in sorted(at, reverse=self._newest))
            self._rows, self._behind = [*ordered, *self._behind], []
            self._whole, self._first = True, []
        return self._rows


class Keys(_Whole[Key]):
    """The keys of ``rows``, which are looked at no further than somebody asks."""

    def __init__(self, rows: Sequence[Execution]) -> None:
        self._rows = rows
        self._keys: list[Key] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all())

    @overload
    def __getitem__(self, place: int) -> Key: ...
    @overload
    def __getitem__(self, place: slice) -> list[Key]: ...
    def __getitem__(self, place: int | slice) -> Key | list[Key]:
        if self._keys is not None:
            return self._keys[place]
        if isinstance(place, slice):
            return list(map(_key_of, self._rows[place]))
        return self._rows[place].key

    def index(self, key: Key, start: int = 0, stop: int | None = None) -> int:
        """Where ``key`` stands, else ``ValueError``. A near one is found without the others."""
        if self._keys is None and not start and stop is None:
            for rows in (self._rows[:FIRST], self._rows):
                for place, row in enumerate(rows):
                    if row.key is key:
                        return place
        return self._all().index(key, start, len(self) if stop is None else stop)

    def _all(self) -> list[Key]:
        if self._keys is None:
            self._keys = list(map(_key_of, self._rows))
        return self._keys


class Joined(_Whole[Key]):
    """Several sequences as one."""

    def __init__(self, parts: Sequence[Sequence[Key]]) -> None:
        self._parts = parts
        self._ends = list(accumulate(map(len, parts)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Key]:
        return chain.from_iterable(self._parts)

    @overload
    def __getitem__(self, place: int) -> Key: ...
    @overload
    def __getitem__(self, place: slice) -> list[Key]: ...
    def __getitem__(self, place: int | slice) -> Key | list[Key]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        part = bisect_right(self._ends, place)
        if place < 0 or part == len(self._parts):
            raise IndexError(place)
        return self._parts[part][place - self._ends[part] + len(self._parts[part])]

    def index(self, key: Key, start: int = 0, stop: int | None = None) -> int:
        """Where ``key`` stands; raises ``ValueError`` where it does not."""
        if start or stop is not None:
            return super().index(key, start, len(self) if stop is None else stop)
        for part, end in zip(self._parts, self._ends, strict=True):
            if key in part[:FIRST]:
                return end - len(part) + part.index(key)
        for part, end in zip(self._parts, self._ends, strict=True):
            try:
                return end - len(part) + part.index(key)
            except ValueError:
                continue
        raise ValueError(key)
