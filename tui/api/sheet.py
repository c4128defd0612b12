"""A long JSON array that is asked for again and again: only the elements whose bytes changed are read.

An answer is walked along the one before it. Where the bytes agree, the elements are what they were; where they do
not, one element is read, and the walk goes on at the next one that both have. All other work of the event loop
gets its turn about once in a millisecond.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

import msgspec

from tui.model.turns import Turns

T = TypeVar("T")

CHUNK = 32 * 1024
"""Bytes that are taken apart in one go: about half a millisecond."""

UNFIT = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading JSON that is none, or not as expected, raises."""

_TRIES = 64
_PATIENCE = 64
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
_element = msgspec.json.Decoder(msgspec.Raw).decode
_between = re.compile(rb"\}\s*(,)\s*\{")
_closing = re.compile(rb"\}\s*[,\]]")
_gap = re.compile(rb"[\s,]*")
_blank = re.compile(rb"\s*")


class _Read(Generic[T]):
    """An array as it was read: its bytes, where each element begins, how long it is, and what was made of it."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body
        self.starts = array("q")
        self.sizes = array("q")
        self.rows: list[T] = []

    def add(self, start: int, size: int, row: T) -> None:
        self.starts.append(start)
        self.sizes.append(size)
        self.rows.append(row)

    def copy(self, other: _Read[T], first: int, end: int, start: int) -> None:
        """The elements ``first`` to ``end`` of ``other``, which begin here at ``start``."""
        shift = start - other.starts[first]
        places = other.starts[first:end]
        self.starts.extend(array("q", [place + shift for place in places]) if shift else places)
        self.sizes.extend(other.sizes[first:end])
        self.rows.extend(other.rows[first:end])

    def data(self, number: int) -> bytes:
        start = self.starts[number]
        return self.body[start : start + self.sizes[number]]

    def span(self, first: int, end: int) -> bytes:
        return self.body[self.starts[first] : self.starts[end - 1] + self.sizes[end - 1]]


class Sheet(Generic[T]):
    """Reads the answers to one question. ``make`` reads an element's bytes, ``name`` tells what it is about."""

    def __init__(self, make: Callable[[bytes], T], name: Callable[[T], Hashable]) -> None:
        self._make = make
        self._name = name
        self._last: _Read[T] = _Read()

    def forget(self) -> None:
        """What was made before is no longer right."""
        self._last = _Read()

    async def read(self, body: bytes) -> list[T]:
        """All elements; those whose bytes did not change are the same objects. Raises one of ``UNFIT``."""
        read = await self._again(body) if self._last.rows else None
        if read is None:
            read = await self._anew(body)
        self._last = read
        return read.rows

    async def _anew(self, body: bytes) -> _Read[T]:
        turns, known = Turns(), {}
        for number, row in enumerate(self._last.rows):
            known[self._last.data(number)] = row
            if not number % 256 and turns.due:
                await turns.give()
        read: _Read[T] = _Read(body)
        end = body.find(b"[") + 1
        for piece in slices(body):
            for raw in piece:
                data = bytes(raw)
                same_row = known.get(data)
                start = end + 1 if body[end : end + 2] == b",{" else _after(_gap, body, end)
                end = start + len(data)
                read.add(start, len(data), same_row if same_row is not None else self._make(data))
            if turns.due:
                await turns.give()
        return read

    async def _again(self, body: bytes) -> _Read[T] | None:
        """Along the last answer; ``None`` when there is too little left of it."""
        turns = Turns()
        try:
            walk = _Walk(self._last, body, self._make, self._name)
            while walk.step():
                if walk.lost:
                    await walk.find_names()
                if turns.due:
                    await turns.give()
        except _LostError:
            return None
        return walk.read


class _LostError(Exception):
    """The two answers have too little in common, or the new one is not plain enough."""


class _Walk(Generic[T]):
    """One answer along the one before it."""

    def __init__(
        self, old: _Read[T], body: bytes, make: Callable[[bytes], T], name: Callable[[T], Hashable]
    ) -> None:
        self.read: _Read[T] = _Read(body)
        self.lost = False
        """Whether the walk can only go on when it knows where each old element is: see ``find_names``."""
        self._old = old
        self._body = body
        self._make = make
        self._name = name
        self._place = 0
        self._at = _after(_blank, body, 0)
        self._names: dict[Hashable, int] | None = None
        self._strange = 0
        if body[self._at : self._at + 1] != b"[":
            raise _LostError
        self._at = _after(_blank, body, self._at + 1)

    def step(self) -> bool:
        """Take a run of unchanged elements, or one other; whether there may be more."""
        if self._body[self._at : self._at + 1] == b"]" and not self.read.rows:
            return self._over()
        end = self._common()
        if end > self._place:
            start = self._at
            self.read.copy(self._old, self._place, end, start)
            self._at = self.read.starts[-1] + self.read.sizes[-1]
            self._place = end
        elif not self._other():
            return True
        self._at = _after(_blank, self._body, self._at)
        mark = self._body[self._at : self._at + 1]
        if mark == b"]":
            return self._over()
        if mark != b",":
            raise _LostError
        self._at = _after(_blank, self._body, self._at + 1)
        return True

    def _over(self) -> bool:
        if _after(_blank, self._body, self._at + 1) != len(self._body):
            raise _LostError
        return False

    def _common(self) -> int:
        """The end of the longest run of old elements, from the present one on, that stands here too."""
        first, most = self._place, len(self._old.rows)
        good, step = first, 1
        while good < most:
            end = min(good + step, most)
            if not self._same(good, end, first):
                break
            good, step = end, min(step * 2, 256)
            if step == 256 and good - first > 4096:
                # long enough for one turn
                return good
        else:
            return good
        while step > 1:
            step //= 2
            end = min(good + step, most)
            if end > good and self._same(good, end, first):
                good = end
        return good

    def _same(self, begin: int, end: int, first: int) -> bool:
        """Whether the elements ``begin`` to ``end``, and what parts them from those before, stand here."""
        old = self._old
        origin = old.starts[first]
        start = origin if begin == first else old.starts[begin - 1] + old.sizes[begin - 1]
        text = old.body[start : old.starts[end - 1] + old.sizes[end - 1]]
        return self._body.startswith(text, self._at + start - origin)

    async def find_names(self) -> None:
        """Learn where in the old answer everything is."""
        turns = Turns()
        self._names, self.lost = {}, False
        for number, row in enumerate(self._old.rows):
            self._names[self._name(row)] = number
            if not number % 256 and turns.due:
                await turns.give()

    def _other(self) -> bool:
        """Read the element here, and find where the old answer goes on after it; whether one was taken."""
        old, place = self._old, self._place
        if place + 1 < len(old.rows) and self._body.startswith(old.data(place + 1), self._at):
            # the present one is gone
            self._place += 1
            return False
        self._strange += 1
        if self._strange > _PATIENCE + len(self.read.rows) // 4:
            raise _LostError
        data = self._element()
        row = self._make(data)
        name = self._name(row)
        if place < len(old.rows) and self._name(old.rows[place]) == name:
            self._place += 1
        elif self._names is None:
            self.lost = True
            return False
        else:
            known_at = self._names.get(name)
            if known_at is not None:
                self._place = known_at + 1
                if old.data(known_at) == data:
                    row = old.rows[known_at]
        self.read.add(self._at, len(data), row)
        self._at += len(data)
        return True

    def _element(self) -> bytes:
        """The bytes of the object that begins here: up to the first closing brace that makes it whole."""
        search_from = self._at
        for _ in range(_TRIES):
            hit = _closing.search(self._body, search_from)
            if hit is None:
                break
            data = self._body[self._at : hit.start() + 1]
            try:
                _element(data)
            except UNFIT:
                search_from = hit.start() + 1
            else:
                return data
        raise _LostError


def slices(body: bytes) -> Iterator[list[msgspec.Raw]]:
    """The elements of a JSON array as views into it, in pieces of about ``CHUNK`` bytes.

    A piece ends at a "},{" and counts only when it is valid JSON in itself: then the comma was one of the outer
    array, for inside a string or a nested array the piece would be unbalanced. Raises one of ``UNFIT``.
    """
    head = body[:64].lstrip()[:1]
    if head != b"[":
        raise msgspec.DecodeError("no array")
    start = body.index(b"[") + 1
    while len(body) - start > CHUNK:
        piece, end = _piece(body, start)
        if piece is None:
            break
        yield piece
        start = end
    yield _elements(b"[" + body[start:])


def _piece(body: bytes, start: int) -> tuple[list[msgspec.Raw] | None, int]:
    search_from = start + CHUNK
    for _ in range(_TRIES):
        hit = _between.search(body, search_from)
        if hit is None:
            break
        try:
            return _elements(b"[" + body[start : hit.start(1)] + b"]"), hit.end(1)
        except UNFIT:
            search_from = hit.start() + 1
    return None, start


async def same(first: bytes, second: bytes) -> bool:
    """Whether both are equal, looked at in pieces."""
    if len(first) != len(second):
        return False
    turns = Turns()
    for start in range(0, len(first), _STRETCH):
        if not first.startswith(second[start : start + _STRETCH], start):
            return False
        if turns.due:
            await turns.give()
    return True


_STRETCH = 1 << 20


def _after(pattern: re.Pattern[bytes], body: bytes, place: int) -> int:
    found = pattern.match(body, place)
    return place if found is None else found.end()
