"""Text that can be shown: what could steer a terminal, or show something else than it says, is taken out."""

from __future__ import annotations

import re
from functools import lru_cache

# C0, DEL, C1, line and paragraph separators, zero-width joiners used to hide text, bidi marks, embeddings,
# overrides and isolates, interlinear annotation, tag characters, and lone surrogates.
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""One harmful character. Tab and line feed are not among them: :func:`clean` turns them into spaces."""

MAXIMUM_LINE = 10_000

_NUMBERS = re.compile(r"[0-9]{1,18}")
_SPACES = re.compile(r"[ \t\n\r]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def clean(text: object, *, lines: bool = False, limit: int | None = MAXIMUM_LINE) -> str:
    """``text`` without control and bidi characters; on one line unless ``lines``; at most ``limit`` characters."""
    raw = (text if isinstance(text, str) else str(text))[:limit]
    if raw.isascii() and raw.isprintable():
        return raw
    if lines:
        return HARMFUL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    return HARMFUL.sub("", _SPACES.sub(" ", raw))


@lru_cache(maxsize=16_384)
def by_number(text: str) -> str:
    """Sorts texts as people count: ``#2`` before ``#10``. Remembered, because lists are sorted again and again."""
    return _NUMBERS.sub(lambda found: found[0].rjust(18, "0"), text)


def escaped(document: str, encoding: str = "utf-8") -> str:
    """A JSON document that means the same, with every harmful character written as ``\\uXXXX``.

    So is every character beyond ASCII when there is one that ``encoding`` cannot write.
    """
    safe = HARMFUL.sub(_escape, document)
    try:
        safe.encode(encoding)
    except UnicodeEncodeError:
        return _NOT_ASCII.sub(_escape, safe)
    return safe


def _escape(found: re.Match[str]) -> str:
    import json  # late: the first frame does not need it

    return json.dumps(found[0])[1:-1]
