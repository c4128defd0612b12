"""Where in a TOML file a key stands. tomllib tells values, not lines, and an error without a line is no help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_SKIP = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')
_LONG = re.compile('"""|' + "'''")


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line, from 1, of the key at ``path``, or of the nearest of its parents; ``None`` if none is found.

    ``text`` is TOML that tomllib accepts.
    """
    wanted = tuple(path)
    best: tuple[int, int] | None = None
    for number, found in _keys(text):
        common = _common(found, wanted)
        # a table's header names its parents too: [profiles.kitchen] is where "profiles" begins
        if common == len(wanted) or (common == len(found) and common > 0):
            depth = min(common, len(wanted))
            if best is None or depth > best[0]:
                best = (depth, number)
            if depth == len(wanted) and len(found) == len(wanted):
                return number
    return best[1] if best else None


def _common(found: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    count = 0
    for left, right in zip(found, wanted, strict=False):
        if left != right:
            break
        count += 1
    return count


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every table header and every key of the file with its whole path; values of several lines are skipped."""
    table: tuple[str, ...] = ()
    closing: str | None = None
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if closing is not None:
            if closing not in line:
                continue
            depth, closing = _open_brackets(line.split(closing, 1)[1], depth)
            continue
        if depth > 0:
            depth, closing = _open_brackets(line, depth)
            continue
        head = line.strip()
        if head.startswith("["):
            table = _path(head.lstrip("["))
            yield number, table
            continue
        key = _path(head)
        if key:
            yield number, table + key
            depth, closing = _open_brackets(line.split("=", 1)[-1], 0)


def _path(text: str) -> tuple[str, ...]:
    """``a."b c".d`` at the beginning of ``text`` as its parts."""
    parts: list[str] = []
    position = 0
    while match := _PART.match(text, position):
        parts.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(parts)


def _open_brackets(value: str, depth: int) -> tuple[int, str | None]:
    """How deep arrays are open at the end of this line, and the quotes that a long text waits for."""
    while match := _LONG.search(value):
        quotes = match.group()
        after = value[match.end() :]
        if quotes not in after:
            return depth + _balance(value[: match.start()]), quotes
        value = value[: match.start()] + after.split(quotes, 1)[1]
    return depth + _balance(value), None


def _balance(value: str) -> int:
    bare = _SKIP.sub("", value)
    return bare.count("[") - bare.count("]") + bare.count("{") - bare.count("}")
